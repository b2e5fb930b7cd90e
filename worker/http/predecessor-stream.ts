import { z } from '@hono/zod-openapi';
import { followJob } from '../jobs/manage/follow-job.ts';
import type { News } from '../jobs/manage/follow-job.ts';
import type { JobRecord } from '../job-store.ts';
import type { Json, JsonObject } from '../json.ts';
import { HttpError } from './answer.ts';
import { described, failed } from './described.ts';
import { watchingIn } from './events.ts';
import { findJob } from './jobs.ts';
import { stateOf } from './predecessor.ts';
import { addRoute } from './route.ts';
import type { App, Listener } from './route.ts';
import type { Door, Service } from './service.ts';

/** RFC 6455, section 7.4.1. */
const [DONE, GOING_AWAY] = [1000, 1001];

function frame(event_type: string, data: JsonObject): string {
  return JSON.stringify({ event_type, data });
}

/** The last word of the predecessor on a job that is completed, before its `end`. */
function lastState(record: JobRecord | undefined, messages: Json): readonly string[] {
  if (record?.status !== 'completed') return [];
  const result = record.result ?? {};
  return [frame('on_state_update', { messages, files: result['files'] ?? {}, result })];
}

/** Follows a job from its start to its end, in the shapes of `deepagents-runtime`. */
async function tell(service: Service, record: JobRecord, listener: Listener): Promise<void> {
  const signal = AbortSignal.any([listener.gone, service.stopping]);
  let messages: Json = [];
  const textsOf = async (news: News): Promise<readonly string[]> => {
    if (news.kind === 'quiet') return [];
    if (news.kind === 'state') {
      const { status = null } = stateOf(news.record);
      return [frame('on_state_update', { messages: [], status })];
    }
    const { type, data } = news.event;
    if (type === 'on_state_update') messages = data['messages'] ?? messages;
    if (type === 'error') return [frame(type, { error: data, context: 'execution_failed' })];
    if (type !== 'end') return [frame(type, data)];
    const ended = await service.parts.store.read(record.jobId).catch(() => undefined);
    return [...lastState(ended, messages), frame(type, {})];
  };
  for await (const news of followJob(watchingIn(service), record, undefined, signal))
    for (const text of await textsOf(news)) await listener.send(text);
  if (service.stopping.aborted) listener.close(GOING_AWAY, 'the worker stops; the job goes on');
  else listener.close(DONE, 'the job has ended');
}

/** The WebSocket of `deepagents-runtime`. */
export function addPredecessorStream(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/deepagents-runtime/stream/{thread_id}',
      tags: ['predecessor'],
      summary: 'Follow a job by a WebSocket, as clients of deepagents-runtime do',
      description:
        'Text messages `{event_type, data}` from the start of the job to the one `end`, after which the worker closes with 1000; with 1001 when it stops before. A page that cannot send a header offers its token as the protocol `base64url.bearer.authorization.<token in base64url>`, beside `deepagents-runtime`.',
      request: { params: z.object({ thread_id: z.string() }) },
      responses: {
        101: described('A WebSocket'),
        ...failed(403, 404, 426, 503),
      },
    },
    async ({ req, env }, service) => {
      if (!env.listen) {
        const headers = { Upgrade: 'websocket', Connection: 'Upgrade' };
        throw new HttpError(426, 'expected a request for a WebSocket', {}, headers);
      }
      const record = await findJob(service, req.valid('param').thread_id);
      env.listen((listener) => tell(service, record, listener));
      return { status: 200, body: {} };
    },
  );
}
