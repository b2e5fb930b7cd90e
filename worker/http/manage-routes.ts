import { z } from '@hono/zod-openapi';
import type { JsonObject } from '../json.ts';
import { described, failed, jobPath, jsonBody } from './described.ts';
import { getRequest, getState } from './job-content.ts';
import { getCheckpoints, getJobs, postFork, postRetry } from './jobs.ts';
import { listingQuery } from './listing.ts';
import { addRoute } from './route.ts';
import type { App } from './route.ts';
import type { Door } from './service.ts';

const forkBody = z.strictObject({
  job_id: z
    .string()
    .regex(/^(?=.*\S)\P{Cc}{1,200}$/u, 'expected a text of up to 200 characters that is not blank')
    .openapi({ description: 'The id of the fork' }),
  checkpoint_id: z.string().min(1).optional().openapi({ description: 'The newest when absent' }),
  input_payload: z
    .record(z.string(), z.unknown())
    .optional()
    .openapi({ description: 'What it is told there; without it takes the steps that come next' }),
});

/** Jobs: listed and counted, taken up again, forked; what they were asked for, and what they have made. */
export function addManageRoutes(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/jobs',
      tags: ['jobs'],
      summary: 'List jobs, the newest first, and count them',
      request: { query: listingQuery },
      responses: { 200: described('A page of jobs, and where the next one begins'), ...failed(422, 503) },
    },
    ({ req }, service) => getJobs(service, req.valid('query')),
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/jobs/{id}/retry',
      tags: ['jobs'],
      summary: 'Take up a job that failed or was cancelled from its last checkpoint',
      request: { params: jobPath },
      responses: { 202: described('It waits for a worker'), ...failed(400, 404, 409, 503) },
    },
    ({ req }, service) => postRetry(service, req.valid('param').id),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/jobs/{id}/request',
      tags: ['jobs'],
      summary: 'Read what a job was asked for, with the definition of its agent',
      request: { params: jobPath },
      responses: {
        200: described('`{job_id, trace_id, thread_id, agent_definition, input_payload, run}`'),
        ...failed(400, 404, 503),
      },
    },
    ({ req }, service) => getRequest(service, req.valid('param').id),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/jobs/{id}/state',
      tags: ['jobs'],
      summary: 'Read what a job has made so far: messages, files, and what it asks',
      request: { params: jobPath },
      responses: {
        200: described('The state after its last step, as of a thread'),
        ...failed(400, 404, 422, 503),
      },
    },
    ({ req }, service) => getState(service, req.valid('param').id),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/jobs/{id}/checkpoints',
      tags: ['jobs'],
      summary: 'List the checkpoints from which a fork can go on, the newest first',
      request: { params: jobPath },
      responses: { 200: described('The checkpoints'), ...failed(400, 404, 503) },
    },
    ({ req }, service) => getCheckpoints(service, req.valid('param').id),
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/jobs/{id}/fork',
      tags: ['jobs'],
      summary: 'Make another job that goes on from a checkpoint of this one',
      request: {
        params: jobPath,
        body: jsonBody(forkBody),
      },
      responses: { 202: described('It waits for a worker'), ...failed(400, 404, 409, 413, 422, 503) },
    },
    ({ req }, service) => {
      const { job_id, checkpoint_id, input_payload } = req.valid('json');
      const fork = {
        jobId: job_id,
        checkpointId: checkpoint_id,
        input: input_payload as JsonObject | undefined,
      };
      return postFork(service, req.valid('param').id, fork);
    },
  );
}
