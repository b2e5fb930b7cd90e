import type { JobRecord } from '../../job-store.ts';
import { followJob } from '../../jobs/manage/follow-job.ts';
import type { News } from '../../jobs/manage/follow-job.ts';
import type { Json, JsonObject } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import type { RunRecord } from '../../thread-store.ts';
import { HttpError } from '../answer.ts';
import { watchingIn, write } from '../events.ts';
import { findJob } from '../jobs.ts';
import type { HttpEnv } from '../route.ts';
import type { Service } from '../service.ts';
import { asked, unattended } from './asked.ts';
import { cancelRuns } from './cancel-runs.ts';

/** How a run is followed. */
interface Following {
  readonly after: string | undefined;
  readonly cancelOnDisconnect: boolean;
  /** Where the run is found, for whoever has only just asked for it. */
  readonly location: string | undefined;
}

function frame(event: string, data: Json, id: string | undefined): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The state of a run's thread, as its last part of mode `values` would have it. */
async function valuesOf(service: Service, threadId: string): Promise<Json> {
  const thread = await asked(service, 'read the thread', service.threads.read(threadId));
  if (!thread?.definition) return null;
  const ref = { thread: threadId, definition: thread.definition };
  return valuesIn(await asked(service, 'read the state', service.states.read(ref, undefined, false)));
}

/** The values of a state, with what it asks a person. */
export function valuesIn({ values, tasks }: JsonObject): Json {
  const asking = (Array.isArray(tasks) ? tasks : [])
    .filter(isJsonObject)
    .flatMap(({ interrupts }) => (Array.isArray(interrupts) ? interrupts : []));
  if (asking.length === 0 || !isJsonObject(values ?? null)) return values ?? null;
  return { ...(values as object), __interrupt__: asking } as Json;
}

/** What a client is told of one piece of news; nothing of what our own events say besides. */
async function textOf(service: Service, { threadId }: RunRecord, news: News): Promise<string> {
  if (news.kind === 'quiet') return ': heartbeat\n\n';
  // Parts of the stream are gone: the client goes on from the state as it is.
  if (news.kind === 'state') return frame('values', await valuesOf(service, threadId), undefined);
  const { type, data } = news.event;
  if (type === 'on_stream') return frame(eventOf(data), data['data'] ?? null, news.id);
  const isError = type === 'error' && data['code'] !== 'CANCELLED';
  return isError ? frame('error', errorOf(data), news.id) : '';
}

function eventOf({ event }: { readonly [key: string]: Json }): string {
  return typeof event === 'string' ? event : 'unknown';
}

function errorOf(error: { readonly [key: string]: Json } | undefined): Json {
  return { error: error?.['code'] ?? 'INTERNAL', message: error?.['message'] ?? '' };
}

/** Streams a run from the start, or from where a client left off, to its end. */
export async function followRun(
  service: Service,
  run: RunRecord,
  { outgoing, closed }: HttpEnv['Bindings'],
  { after, cancelOnDisconnect, location }: Following,
): Promise<void> {
  const record = await findJob(service, run.runId);
  const signal = AbortSignal.any([closed, service.stopping]);
  outgoing.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
    ...(location !== undefined && { 'Content-Location': location, Location: `${location}/stream` }),
  });
  outgoing.flushHeaders();
  service.metrics.http.watching(1);
  try {
    for await (const news of followJob(watchingIn(service), record, after, signal)) {
      const text = await textOf(service, run, news);
      if (text !== '') await write(outgoing, text, signal);
    }
  } finally {
    service.metrics.http.watching(-1);
    outgoing.end();
    if (closed.aborted && cancelOnDisconnect)
      unattended(service, 'cancel the run', cancelRuns(service, run.threadId, [run.runId], false));
  }
}

/** Spaces before JSON mean nothing, and keep proxies from taking a quiet answer for a dead one. */
const KEEP_MS = 10_000;

/** Waits for the end of a run, and answers with the state of its thread, or with the error that ended it. */
export async function awaitRun(
  service: Service,
  run: RunRecord,
  { outgoing, closed }: HttpEnv['Bindings'],
  location: string,
): Promise<Json> {
  const signal = AbortSignal.any([closed, service.stopping]);
  outgoing.writeHead(200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Content-Location': location,
  });
  const keeping = setInterval(() => outgoing.write('\n'), KEEP_MS);
  try {
    const done = await service.waiting.until(run.runId, signal);
    const answer = done
      ? await endOf(service, run, await findJob(service, run.runId))
      : {
          __error__: { error: 'UNAVAILABLE', message: `the worker stops; the run goes on: ${location}/join` },
        };
    outgoing.write(JSON.stringify(answer));
    return answer;
  } catch (error) {
    const message = error instanceof HttpError ? error.message : 'the worker met an error it did not expect';
    if (!(error instanceof HttpError)) service.parts.log.error({ err: error }, 'cannot wait for a run');
    outgoing.write(JSON.stringify({ __error__: { error: 'UNAVAILABLE', message } }));
    return null;
  } finally {
    clearInterval(keeping);
    outgoing.end();
  }
}

async function endOf(service: Service, { threadId }: RunRecord, record: JobRecord): Promise<Json> {
  if (record.status !== 'failed') return valuesOf(service, threadId);
  const { code = 'INTERNAL', message = '' } = record.error ?? {};
  return { __error__: { error: code, message } };
}
