import { z } from '@hono/zod-openapi';
import type { RunRecord } from '../../thread-store.ts';
import { HttpError } from '../answer.ts';
import { described, failed, jsonBody } from '../described.ts';
import { addRoute } from '../route.ts';
import type { App } from '../route.ts';
import type { Door, Service } from '../service.ts';
import { asked, unattended } from './asked.ts';
import { awaitRun, followRun } from './follow-run.ts';
import { cancelRuns } from './cancel-runs.ts';
import { putRun } from './put-run.ts';
import { runView } from './run-view.ts';
import { page, runCreate, runPath, threadPath } from './schemas.ts';
import { findThread } from './threads.ts';

const tags = ['runs'];
const body = jsonBody(runCreate);
const parts = {
  description:
    'The parts of the modes that were asked for, as server-sent events, after one that names the run',
  content: { 'text/event-stream': { schema: z.string() } },
};
const refused = failed(400, 404, 413, 422, 503);

function addressOf({ threadId, runId }: RunRecord): string {
  return `/threads/${encodeURIComponent(threadId)}/runs/${encodeURIComponent(runId)}`;
}

async function findRun(service: Service, threadId: string | undefined, runId: string): Promise<RunRecord> {
  const run = await asked(service, 'read the run', service.threads.readRun(threadId, runId));
  if (!run) throw new HttpError(404, 'Run not found');
  return run;
}

/** Runs asked for: in the background, waited for, or followed; on a thread, or on one of their own. */
export function addRunRoutes(app: App, door: Door): void {
  for (const path of ['/threads/{thread_id}/runs', '/runs'] as const) {
    const where = path === '/runs' ? ' on a thread of its own' : ' on a thread';
    const request = path === '/runs' ? { body } : { params: threadPath, body };
    const threadOf = (name: string | undefined): string | undefined => (path === '/runs' ? undefined : name);
    addRoute(
      app,
      door,
      {
        method: 'post',
        path,
        tags,
        summary: `Run an assistant${where}`,
        request,
        responses: { 200: described('The run'), ...refused },
      },
      async ({ req }, service) => {
        const run = await putRun(service, threadOf(req.param('thread_id')), req.valid('json'));
        return { status: 200, body: runView(run), headers: { 'Content-Location': addressOf(run) } };
      },
    );
    addRoute(
      app,
      door,
      {
        method: 'post',
        path: `${path}/wait`,
        tags,
        summary: `Run an assistant${where}, and wait for its end`,
        request,
        responses: {
          200: described('The state of the thread; or `__error__`, when the run has failed'),
          ...refused,
        },
      },
      async ({ req, env }, service) => {
        const run = await putRun(service, threadOf(req.param('thread_id')), req.valid('json'));
        await awaitRun(service, run, env, addressOf(run));
        return undefined;
      },
    );
    addRoute(
      app,
      door,
      {
        method: 'post',
        path: `${path}/stream`,
        tags,
        summary: `Run an assistant${where}, and follow it`,
        request,
        responses: { 200: parts, ...refused },
      },
      async ({ req, env }, service) => {
        const wanted = req.valid('json');
        const run = await putRun(service, threadOf(req.param('thread_id')), wanted);
        await followRun(service, run, env, {
          after: undefined,
          cancelOnDisconnect: wanted.on_disconnect === 'cancel',
          location: addressOf(run),
        });
        return undefined;
      },
    );
  }
}

/** Runs that there are: looked at, joined, cancelled, forgotten. */
export function addRunLookRoutes(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/threads/{thread_id}/runs',
      tags,
      summary: 'List the runs of a thread, the newest first',
      request: { params: threadPath, query: z.object(page) },
      responses: {
        200: described('The runs', z.array(z.record(z.string(), z.unknown()))),
        ...failed(404, 422, 503),
      },
    },
    async ({ req }, service) => {
      const { thread_id } = req.valid('param');
      const { limit, offset } = req.valid('query');
      await findThread(service, thread_id);
      const runs = await asked(service, 'list the runs', service.threads.listRuns(thread_id, limit, offset));
      return { status: 200, body: JSON.stringify(runs.map(runView)) };
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/threads/{thread_id}/runs/{run_id}',
      tags,
      summary: 'Look at a run',
      request: { params: runPath },
      responses: { 200: described('The run'), ...failed(404, 422, 503) },
    },
    async ({ req }, service) => {
      const { thread_id, run_id } = req.valid('param');
      return { status: 200, body: runView(await findRun(service, thread_id, run_id)) };
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/threads/{thread_id}/runs/{run_id}/join',
      tags,
      summary: 'Wait for the end of a run',
      request: { params: runPath },
      responses: { 200: described('As of a run that is waited for'), ...failed(404, 422, 503) },
    },
    async ({ req, env }, service) => {
      const { thread_id, run_id } = req.valid('param');
      const run = await findRun(service, thread_id, run_id);
      await awaitRun(service, run, env, addressOf(run));
      return undefined;
    },
  );
  for (const path of ['/threads/{thread_id}/runs/{run_id}/stream', '/runs/{run_id}/stream'] as const)
    addRoute(
      app,
      door,
      {
        method: 'get',
        path,
        tags,
        summary: 'Follow a run, from the start or from `Last-Event-ID`',
        request: {
          params: path.startsWith('/runs') ? runPath.pick({ run_id: true }) : runPath,
          query: z.object({
            cancel_on_disconnect: z.enum(['true', 'false', '1', '0']).optional(),
            stream_mode: z.string().optional(),
          }),
        },
        responses: { 200: parts, ...failed(404, 422, 503) },
      },
      async ({ req, env }, service) => {
        const run = await findRun(service, req.param('thread_id'), req.param('run_id') ?? '');
        const last = req.header('last-event-id');
        const cancel = req.query('cancel_on_disconnect');
        await followRun(service, run, env, {
          // Clients ask for all that there is by -1.
          after: last === undefined || last === '' || last === '-1' ? undefined : last,
          cancelOnDisconnect: cancel === 'true' || cancel === '1',
          location: undefined,
        });
        return undefined;
      },
    );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/threads/{thread_id}/runs/{run_id}/cancel',
      tags,
      summary: 'Cancel a run',
      request: {
        params: runPath,
        query: z.object({
          wait: z.enum(['true', 'false', '1', '0']).optional(),
          action: z.enum(['interrupt', 'rollback']).optional(),
        }),
      },
      responses: {
        202: { description: 'It ends within a heartbeat' },
        204: { description: 'It has ended' },
        ...failed(404, 422, 503),
      },
    },
    async ({ req }, service) => {
      const { thread_id, run_id } = req.valid('param');
      const { wait, action } = req.valid('query');
      await findRun(service, thread_id, run_id);
      const ending = await cancelRuns(service, thread_id, [run_id], action === 'rollback');
      if (wait !== 'true' && wait !== '1') {
        unattended(service, 'end the run', ending.ended());
        return { status: 202, body: '' };
      }
      await ending.ended();
      return { status: 204, body: '' };
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'delete',
      path: '/threads/{thread_id}/runs/{run_id}',
      tags,
      summary: 'Forget a run; what it has made of the thread stays',
      request: { params: runPath },
      responses: { 204: { description: 'It is forgotten' }, ...failed(404, 409, 422, 503) },
    },
    async ({ req }, service) => {
      const { thread_id, run_id } = req.valid('param');
      const answer = await asked(
        service,
        'forget the run',
        service.threads.removeRun(thread_id, run_id, false),
      );
      if (answer === 'unknown') throw new HttpError(404, 'Run not found');
      if (answer === 'busy') throw new HttpError(409, 'the run is not through: cancel it first');
      return { status: 204, body: '' };
    },
  );
}
