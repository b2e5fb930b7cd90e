import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from '@hono/zod-openapi';
import type { JobRecord } from '../job-store.ts';
import { isJsonObject, parseJson } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { HttpError, readBody } from './answer.ts';
import type { Answer } from './answer.ts';
import { described, failed } from './described.ts';
import { acceptJob, readJob } from './intake.ts';
import { findJob } from './jobs.ts';
import { addRoute } from './route.ts';
import type { App } from './route.ts';
import type { Door, Service } from './service.ts';

/** What the predecessor's clients leave out: they find a job by the thread that they are told, and ask inside the definition. */
function withDefaults(body: JsonObject): JsonObject {
  const { job_id = randomUUID(), agent_definition: definition } = body;
  const asked = isJsonObject(definition ?? null) ? (definition as JsonObject)['user_request'] : undefined;
  return {
    trace_id: job_id,
    ...(asked !== undefined && { input_payload: { user_request: asked } }),
    ...body,
    job_id,
  };
}

async function invoke(service: Service, request: IncomingMessage): Promise<Answer> {
  const body = parseJson((await readBody(request, service.maxRequestBytes)).toString());
  if (!isJsonObject(body ?? null)) throw new HttpError(400, 'expected a JSON object that holds the job');
  const event = Buffer.from(JSON.stringify(withDefaults(body as JsonObject)));
  const job = await readJob(service, {}, event);
  await acceptJob(service, job);
  return { status: 200, body: { thread_id: job.jobId, status: 'started' } };
}

/** How a job stands, in the words of the predecessor. */
export function stateOf({ jobId, status, result, error }: JobRecord): JsonObject {
  const ended = status === 'completed' ? 'completed' : 'failed';
  return {
    thread_id: jobId,
    status: status === 'queued' || status === 'running' ? 'running' : ended,
    result: result ?? null,
    generated_files: result?.['files'] ?? null,
    error: ended === 'failed' && error ? error.message : null,
  };
}

/** The routes of `deepagents-runtime`, on the same jobs as all others. */
export function addPredecessorRoutes(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/deepagents-runtime/invoke',
      tags: ['predecessor'],
      summary: 'Ask for a job, as clients of deepagents-runtime do',
      responses: {
        200: described('`{thread_id, status}`: the id of the job, and that it is started'),
        ...failed(400, 409, 413, 503),
      },
    },
    ({ env }, service) => invoke(service, env.incoming),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/deepagents-runtime/state/{thread_id}',
      tags: ['predecessor'],
      summary: 'Look at a job, as clients of deepagents-runtime do',
      request: { params: z.object({ thread_id: z.string() }) },
      responses: {
        200: described('`{thread_id, status, result, generated_files, error}`'),
        ...failed(404, 503),
      },
    },
    async ({ req }, service) => ({
      status: 200,
      body: stateOf(await findJob(service, req.valid('param').thread_id)),
    }),
  );
}
