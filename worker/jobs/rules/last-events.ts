import { isJsonObject, parseJson } from '../../json.ts';
import type { JobEvent, OutboxMessage } from '../../ports.ts';
import type { JobEnd } from '../../job-store.ts';

/** The events that close the stream of a job: exactly one `end`, after what went wrong. */
export function lastEvents(end: JobEnd): readonly JobEvent[] {
  const close: JobEvent = { type: 'end', data: {} };
  if (end.status === 'completed') return [close];
  return [{ type: 'error', data: { code: end.error.code, message: end.error.message } }, close];
}

/** The same on their way through the outbox. `token` is of the lease that the job has at its end. */
export function lastEventsMessage(jobId: string, end: JobEnd, token: number): OutboxMessage {
  return {
    id: `end:${jobId}:${token}`,
    token,
    subject: jobId,
    headers: {},
    body: new TextEncoder().encode(JSON.stringify(lastEvents(end))),
  };
}

/** Reads what the function above wrote. */
export function readLastEvents({ body }: Pick<OutboxMessage, 'body'>): readonly JobEvent[] {
  const events = parseJson(new TextDecoder().decode(body));
  if (!Array.isArray(events)) return [];
  return events.flatMap((event): JobEvent[] => {
    const data = isJsonObject(event) && isJsonObject(event['data']) ? event['data'] : {};
    return isJsonObject(event) ? [{ type: event['type'] === 'error' ? 'error' : 'end', data }] : [];
  });
}
