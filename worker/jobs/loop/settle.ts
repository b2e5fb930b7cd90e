import type { Delivery } from '../../ports.ts';
import type { JobEnd, Lease } from '../../job-store.ts';
import { conflict } from './admit.ts';
import { deadLetter } from '../rules/dead-letter.ts';
import { asFailure } from '../rules/failures.ts';
import type { Job } from '../rules/job.ts';
import { waitsInStore } from '../rules/options.ts';
import { lastEventsMessage } from '../rules/last-events.ts';
import type { Log, Parts } from '../parts.ts';
import type { Span } from '../../telemetry.ts';
import { resultOf } from './result-of.ts';
import type { Settlement } from '../rules/settlement.ts';

/** A message in hand, and the job that it asks for if it does. */
export interface Work {
  readonly delivery: Delivery;
  readonly job: Job | undefined;
  /** The trace context of what is published. */
  readonly span: Pick<Span, 'traceparent'> | undefined;
  readonly log: Log;
  /** Resolves when the live events of the attempt are stored, or given up: what closes the stream comes after them. */
  readonly streamed: Promise<void>;
}

export type Settling = Pick<
  Parts,
  'store' | 'due' | 'queue' | 'outbox' | 'clock' | 'meter' | 'settings' | 'ended' | 'background'
>;

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

/**
 * Tells the store, trying for as long as it does not answer: whether what it is told still counts is for the store to say, by
 * the token. Throws what is not STORE_UNAVAILABLE.
 */
async function tell<T>(
  { clock, meter }: Pick<Settling, 'clock' | 'meter'>,
  log: Log,
  statement: () => Promise<T>,
): Promise<T> {
  for (let wait = FIRST_RETRY_MS; ; wait = Math.min(2 * wait, LONGEST_RETRY_MS)) {
    try {
      return await statement();
    } catch (error) {
      if (asFailure(error).code !== 'STORE_UNAVAILABLE') throw error;
      meter.count('store_error');
      log.warn({ err: error }, 'cannot tell the store what became of a job yet');
      await clock.sleep(wait);
    }
  }
}

/** The end of a job whose result the store will never take; throws every other error. */
function refusedOf(error: unknown, how: JobEnd): JobEnd {
  const { code, message } = asFailure(error);
  if (code !== 'STORE_REFUSED' || how.status !== 'completed') throw error;
  return { status: 'failed', error: { code, message } };
}

/** Status, result and messages in one transaction, then the messages are sent. */
async function end(parts: Settling, work: Work, lease: Lease, how: JobEnd, dead: boolean): Promise<void> {
  const { job, delivery, span, log, streamed } = work;
  const { settings, queue, outbox, meter, store } = parts;
  if (!job) return;
  const closing = lastEventsMessage(lease.jobId, how, lease.token);
  const result = [resultOf(parts, { ...job.request, token: lease.token }, how, span)];
  if (dead && how.status !== 'completed')
    result.push(deadLetter(delivery, how.error, settings, queue.maxPayload()));
  const told = await tell(parts, log, () => store.finish(lease, how, [...result, closing])).catch(
    (error: unknown) => refusedOf(error, how),
  );
  if (typeof told !== 'boolean') return end(parts, work, lease, told, false);
  if (!told) {
    meter.count('lease_lost');
    log.warn({}, 'the end of the job was refused: another worker has taken it over');
    return;
  }
  parts.ended(lease.jobId);
  meter.count(how.status);
  if (result.length > 1) meter.count('dead_letter');
  const code = how.status === 'completed' ? undefined : how.error.code;
  log.info({ status: how.status, code }, 'job ended');
  parts.background(streamed.then(() => outbox.send([closing])));
  // The next job of the thread, or of the key, may begin.
  if (job.request.thread !== undefined || job.request.options?.concurrency) parts.due.soon(0);
  await outbox.send(result);
  delivery.done();
}

/** A dead letter with the original, and the event that says so: of the job that the message names, or of the message. */
export async function rejectMessage(
  parts: Pick<Settling, 'store' | 'outbox' | 'meter' | 'ended'> & { readonly log: Log },
  message: Pick<Delivery, 'id'>,
  { why, rejection }: Extract<Settlement, { kind: 'reject' }>,
): Promise<void> {
  const { store, outbox, meter, log } = parts;
  const { letter, failed, refusal } = rejection;
  const answer = await store.reject(rejection);
  log.warn(
    { source: message.id, code: why.code, reason: why.message, answer },
    'message put aside as a dead letter',
  );
  if (answer === 'known') return;
  meter.count('dead_letter');
  if (failed && answer === 'failed') {
    parts.ended(failed.job.jobId);
    meter.count('failed');
  }
  await outbox.send([letter, ...(answer === 'failed' ? (failed?.messages ?? []) : [refusal])]);
}

async function reject(
  parts: Settling,
  { delivery, log }: Work,
  settlement: Extract<Settlement, { kind: 'reject' }>,
): Promise<void> {
  await rejectMessage({ ...parts, log }, delivery, settlement);
  delivery.drop(settlement.why.code);
}

/** The one way out of the loop. Throws when the store cannot be told; the message then comes again. */
export async function settle(parts: Settling, work: Work, settlement: Settlement): Promise<void> {
  const { store, meter } = parts;
  const { delivery, job, log } = work;
  switch (settlement.kind) {
    case 'end':
      return end(parts, work, settlement.lease, settlement.end, settlement.dead);
    case 'again': {
      const { lease, how } = settlement;
      meter.count(how.counts === 'nothing' ? 'drained' : 'retried');
      log.info({ delayMs: how.delayMs }, 'job handed back');
      await tell(parts, log, () => store.release(lease, how));
      if (how.waitsHere) parts.due.soon(how.delayMs);
      if (how.waitsHere) delivery.done();
      else delivery.retry(how.delayMs);
      return;
    }
    case 'park': {
      if (job && (await store.park(job.stored)) === 'conflict')
        return reject(parts, work, conflict(parts, delivery, job));
      meter.count('parked');
      if (job && (job.request.thread !== undefined || waitsInStore(job.request.options))) parts.due.soon(0);
      delivery.done();
      return;
    }
    case 'later':
      delivery.retry(settlement.ms);
      return;
    case 'done':
      delivery.done();
      return;
    case 'reject':
      return reject(parts, work, settlement);
    case 'abandon':
      meter.count('lease_lost');
  }
}
