import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../json.ts';
import { followJob } from '../jobs/manage/follow-job.ts';
import type { News, Watching } from '../jobs/manage/follow-job.ts';
import { jobView } from './job-view.ts';
import { findJob } from './jobs.ts';
import type { Service } from './service.ts';

/** One server-sent event; its data has the shape of the pub/sub channel. */
function frame(type: string, data: JsonObject, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify({ event_type: type, data })}\n\n`;
}

function textOf(news: News): string {
  switch (news.kind) {
    case 'event':
      return frame(news.event.type, news.event.data, news.id);
    case 'state':
      return frame('state', jobView(news.record));
    case 'quiet':
      // A comment keeps proxies from taking a quiet stream for a dead one.
      return ': waiting\n\n';
  }
}

/** By what jobs are followed. */
export function watchingIn({ parts, watched }: Service): Watching {
  const { store, events, clock } = parts;
  return { store, events, watched, clock };
}

/** Writes, waiting while the client is slower than the job. */
export async function write(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (response.write(text) || signal.aborted) return;
  await new Promise<void>((resolve) => {
    response.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * `GET /jobs/{id}/events`: everything from the start, or from `Last-Event-ID`, then live until the one `end`. Where events are
 * missing, a `state` event says how the job stands.
 */
export async function getEvents(
  service: Service,
  jobId: string,
  request: IncomingMessage,
  response: ServerResponse,
  closed: AbortSignal,
): Promise<void> {
  const record = await findJob(service, jobId);
  const signal = AbortSignal.any([closed, service.stopping]);
  const lastId = request.headers['last-event-id'];
  const after = typeof lastId === 'string' && lastId !== '' ? lastId : undefined;
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    // Tells nginx not to hold events back.
    'X-Accel-Buffering': 'no',
  });
  response.write('retry: 1000\n\n');
  service.metrics.http.watching(1);
  try {
    for await (const news of followJob(watchingIn(service), record, after, signal))
      await write(response, textOf(news), signal);
  } finally {
    service.metrics.http.watching(-1);
    response.end();
  }
}
