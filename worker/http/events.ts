import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../json.ts';
import { lastEvents } from '../jobs/rules/last-events.ts';
import type { JobEvent, StoredEvent } from '../ports.ts';
import type { JobRecord } from '../job-store.ts';
import { findJob, jobView } from './jobs.ts';
import type { Service } from './service.ts';

const PAGE = 200;
/** A comment this often keeps proxies from taking a quiet stream for a dead one. */
const COMMENT_MS = 15_000;
/** How often a quiet stream is checked against the job: its last worker may have died without an `end`. */
const QUIET_MS = 2_000;

/** One server-sent event; its data has the shape of the pub/sub channel. */
function frame(type: string, data: JsonObject, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify({ event_type: type, data })}\n\n`;
}

/** Writes, waiting while the client is slower than the job. */
async function write(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (response.write(text) || signal.aborted) return;
  await new Promise<void>((resolve) => {
    response.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function endOf(record: JobRecord): readonly JobEvent[] {
  if (record.status === 'completed') return lastEvents({ status: 'completed', result: {} });
  const error = record.error ?? { code: 'INTERNAL', message: 'no reason was recorded' };
  return lastEvents({ status: 'failed', error });
}

/** What the client has seen so far. */
interface Place {
  after: string | undefined;
  ended: boolean;
  /** The job was found finished, long enough ago for its worker to have stored the `end`. */
  finished: boolean;
}

function isLongFinished({ finishedAt }: JobRecord, now: Date): boolean {
  return finishedAt !== undefined && now.getTime() - Date.parse(finishedAt) > QUIET_MS;
}

/** Sends what is new; true when there was anything. */
async function sendNew(
  { parts }: Service,
  record: JobRecord,
  place: Place,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<boolean> {
  // A stream that is away has nothing new: the job goes on, and so does the client.
  const page = await parts.events
    .read(record.jobId, place.after, PAGE)
    .catch((): { events: readonly StoredEvent[]; gap: boolean } => ({ events: [], gap: false }));
  const texts = page.gap ? [frame('state', jobView(record))] : [];
  // Events after a gap start over: the place that the client named is gone.
  if (page.gap) place.after = undefined;
  for (const { id, type, data } of page.events) {
    texts.push(frame(type, data, id));
    place.after = id;
    place.ended ||= type === 'end';
  }
  if (texts.length > 0) await write(response, texts.join(''), signal);
  return texts.length > 0;
}

/** Ends the stream of a job that is finished and says no more: what is missing is taken from its row. */
async function sendEnd(
  service: Service,
  jobId: string,
  place: Place,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const record = await findJob(service, jobId).catch(() => undefined);
  if (!record?.finishedAt) return;
  // The end may have been stored since the stream was read last, or its worker may be about to.
  const first = !place.finished;
  place.finished = true;
  if ((await sendNew(service, record, place, response, signal)) || first) return;
  const frames = [
    frame('state', jobView(record)),
    ...endOf(record).map(({ type, data }) => frame(type, data)),
  ];
  place.ended = true;
  await write(response, frames.join(''), signal);
}

/**
 * `GET /jobs/{id}/events`: everything from the start, or from `Last-Event-ID`, then live until the one `end`. Where events are
 * missing, a `state` event says how the job stands.
 */
export async function followJob(
  service: Service,
  jobId: string,
  request: IncomingMessage,
  response: ServerResponse,
  closed: AbortSignal,
): Promise<void> {
  const { clock, events } = service.parts;
  const record = await findJob(service, jobId);
  const signal = AbortSignal.any([closed, service.stopping]);
  const lastId = request.headers['last-event-id'];
  const place: Place = {
    after: typeof lastId === 'string' && lastId !== '' ? lastId : undefined,
    ended: false,
    finished: isLongFinished(record, clock.wall()),
  };
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    // Tells nginx not to hold events back.
    'X-Accel-Buffering': 'no',
  });
  response.write('retry: 1000\n\n');
  let heard = clock.monotonic();
  let checked = record.finishedAt === undefined ? heard : -Infinity;
  service.metrics.http.watching(1);
  try {
    while (!signal.aborted && !place.ended) {
      const fresh = await sendNew(service, record, place, response, signal);
      const now = clock.monotonic();
      if (fresh) {
        heard = now;
        continue;
      }
      if (now - checked > QUIET_MS) {
        await sendEnd(service, jobId, place, response, signal);
        checked = now;
        continue;
      }
      if (now - heard > COMMENT_MS) {
        await write(response, ': waiting\n\n', signal);
        heard = now;
      }
      await events.changed(jobId, signal);
    }
  } finally {
    service.metrics.http.watching(-1);
    response.end();
  }
}
