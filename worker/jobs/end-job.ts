import type { Delivery, JobEnd, JobEvent, JobRequest, Lease, OutboxMessage } from '../ports.ts';
import { deadLetter } from './dead-letter.ts';
import { newTraceparent, resultEventId } from './digest.ts';
import { asFailure } from './failures.ts';
import type { HeldLease } from './lease-keeper.ts';
import type { Parts, Span } from './parts.ts';
import { resultMessage } from './result-event.ts';

/** The events that close the stream of a job: exactly one `end`, after what went wrong. */
export function lastEvents(end: JobEnd): readonly JobEvent[] {
  const close: JobEvent = { type: 'end', data: {} };
  if (end.status === 'completed') return [close];
  return [{ type: 'error', data: { code: end.error.code, message: end.error.message } }, close];
}

/** The result event of a job, ready to be sent. */
export function resultOf(
  { clock, queue, settings }: Pick<Parts, 'clock' | 'queue' | 'settings'>,
  request: Pick<JobRequest, 'jobId' | 'traceId' | 'traceparent'>,
  end: JobEnd,
  span?: Span,
): OutboxMessage {
  const traceparent = request.traceparent ?? newTraceparent(request.jobId);
  return resultMessage(
    {
      jobId: request.jobId,
      traceId: request.traceId,
      traceparent,
      sentBy: span?.traceparent ?? traceparent,
      end,
      eventId: resultEventId(request.jobId),
      time: clock.wall().toISOString(),
    },
    { prefix: settings.prefix, maxBytes: queue.maxPayload(), publicUrl: settings.publicUrl },
  );
}

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

/** Records the end, trying for as long as the job is held: a result that took minutes is worth some seconds more. */
async function persist(
  { store, clock, meter, log }: Parts,
  lease: Lease,
  end: JobEnd,
  messages: readonly OutboxMessage[],
  hold: Pick<HeldLease, 'assertHeld'>,
): Promise<boolean> {
  for (let wait = FIRST_RETRY_MS; ; wait = Math.min(2 * wait, LONGEST_RETRY_MS)) {
    try {
      hold.assertHeld();
      return await store.finish(lease, end, messages);
    } catch (error) {
      if (asFailure(error).code !== 'STORE_UNAVAILABLE') return false;
      meter.count('store_error');
      log.warn({ err: error }, 'cannot record the end of the job yet');
      await clock.sleep(wait);
    }
  }
}

/** The job that ends, and the message that asked for it. */
export interface Ending {
  readonly request: JobRequest;
  readonly delivery: Delivery;
  readonly lease: Lease;
  readonly span: Span;
}

/**
 * Ends a job: status, result and messages in one transaction, then the messages are sent. False when the lease was lost, in
 * which case nothing was recorded and nothing is sent.
 */
export async function endJob(
  parts: Parts,
  { request, delivery, lease, span }: Ending,
  end: JobEnd,
  dead: boolean,
  hold: Pick<HeldLease, 'assertHeld'>,
): Promise<boolean> {
  const { settings, queue, outbox, meter, log, ended } = parts;
  const messages = [resultOf(parts, request, end, span)];
  if (dead && end.status !== 'completed')
    messages.push(deadLetter(delivery, end.error, settings.prefix, queue.maxPayload()));
  if (!(await persist(parts, lease, end, messages, hold))) {
    meter.count('lease_lost');
    log.warn({}, 'the end of the job was refused: another worker has taken it over');
    return false;
  }
  ended(request.jobId);
  meter.count(end.status);
  if (messages.length > 1) meter.count('dead_letter');
  log.info(
    { status: end.status, code: end.status === 'completed' ? undefined : end.error.code },
    'job ended',
  );
  await outbox.send(messages);
  return true;
}
