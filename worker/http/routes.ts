import { z } from '@hono/zod-openapi';
import { getEvents } from './events.ts';
import { health, ready } from './health.ts';
import { postJob } from './intake.ts';
import { getJob, postCancel } from './jobs.ts';
import { described, failed, jobPath } from './described.ts';
import { addRoute } from './route.ts';
import type { App } from './route.ts';
import type { Door } from './service.ts';

/** Jobs: asked for, looked at, followed, cancelled. */
export function addJobRoutes(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/',
      tags: ['jobs'],
      summary: 'Ask for a job by a CloudEvent, in structured or binary mode, or bare',
      description:
        'Waits for the end and answers with the result event, also when the agent failed. With `Prefer: respond-async` it answers at once. The body holds `job_id`, `trace_id`, `agent_definition` and `input_payload`, or has them under `data`.',
      responses: {
        200: described('The result event'),
        202: described('The job is stored, and its address is in `Location`'),
        ...failed(400, 409, 413, 503),
      },
    },
    ({ env }, service) => postJob(service, env.incoming, env.closed),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/jobs/{id}',
      tags: ['jobs'],
      summary: 'Look at a job',
      request: { params: jobPath },
      responses: { 200: described('The job'), ...failed(400, 404, 503) },
    },
    ({ req }, service) => getJob(service, req.valid('param').id),
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/jobs/{id}/cancel',
      tags: ['jobs'],
      summary: 'Cancel a job',
      request: { params: jobPath },
      responses: {
        200: described('It waited, and has ended'),
        202: described('It runs, and ends within a heartbeat'),
        ...failed(400, 404, 409, 503),
      },
    },
    ({ req }, service) => postCancel(service, req.valid('param').id),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/jobs/{id}/events',
      tags: ['jobs'],
      summary:
        'Follow a job: everything from the start, or from `Last-Event-ID`, then live until the one `end`',
      request: { params: jobPath },
      responses: {
        200: { description: 'The events', content: { 'text/event-stream': { schema: z.string() } } },
        ...failed(400, 404, 503),
      },
    },
    async ({ req, env }, service) => {
      await getEvents(service, req.valid('param').id, env.incoming, env.outgoing, env.closed);
      return undefined;
    },
  );
}

/** What kubelet and Prometheus ask. */
export function addProbeRoutes(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/health',
      open: true,
      tags: ['probes'],
      summary: 'Whether the loops of the worker live',
      responses: { 200: described('They do'), 503: described('Only a restart can mend it') },
    },
    (_, service) => Promise.resolve(health(service)),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/ready',
      open: true,
      tags: ['probes'],
      summary: 'Whether jobs can be taken and finished, and what is away',
      responses: { 200: described('They can'), 503: described('They cannot') },
    },
    (_, service) => Promise.resolve(ready(service)),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/metrics',
      open: true,
      tags: ['probes'],
      summary: 'The metrics, for Prometheus',
      responses: { 200: { description: 'The metrics', content: { 'text/plain': { schema: z.string() } } } },
    },
    async (_, service) => ({
      status: 200,
      headers: { 'Content-Type': service.metrics.contentType },
      body: await service.metrics.scrape(),
    }),
  );
}
