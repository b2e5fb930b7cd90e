import type { Delivery, JobEnd, JobRequest, Lease } from '../ports.ts';
import { endJob, lastEvents } from './end-job.ts';
import { EventBatch } from './event-batch.ts';
import { type Attempt, type Stopping, executeJob } from './execute-job.ts';
import type { Failure } from './failures.ts';
import type { HeldLease } from './lease-keeper.ts';
import type { Parts, Span } from './parts.ts';
import { afterFailure } from './retry.ts';

/** A job in hand: the message that asked for it, and the right to finish it. */
export interface Claimed {
  readonly request: JobRequest;
  readonly delivery: Delivery;
  readonly lease: Lease;
  /** 1 for the first. */
  readonly attempt: number;
  /** Monotonic time from before the claim was asked for. */
  readonly claimedAt: number;
  readonly span: Span;
}

/** How an attempt is settled: for good, or for another one. */
type Settlement =
  | { readonly kind: 'end'; readonly end: JobEnd; readonly dead: boolean }
  | {
      readonly kind: 'again';
      readonly delayMs: number;
      readonly counts: boolean;
      readonly failure: Failure | undefined;
    }
  | { readonly kind: 'abandon' };

/** The stream gets this long to take the last events before the message is acknowledged without them. */
const STREAM_PATIENCE_MS = 2_000;

function settlement(outcome: Attempt, attempt: number, parts: Parts): Settlement {
  switch (outcome.kind) {
    case 'completed':
      return { kind: 'end', end: { status: 'completed', result: outcome.result }, dead: false };
    case 'drained':
      return { kind: 'again', delayMs: 0, counts: false, failure: undefined };
    case 'failed':
      return afterFailed(outcome.failure, attempt, parts);
  }
}

function afterFailed(
  failure: Failure,
  attempt: number,
  { settings, clock, hide }: Pick<Parts, 'settings' | 'clock' | 'hide'>,
): Settlement {
  const verdict = afterFailure(failure, attempt, settings.retry, clock.random());
  switch (verdict.kind) {
    case 'abandon':
      return { kind: 'abandon' };
    case 'retry':
      return { kind: 'again', delayMs: verdict.delayMs, counts: true, failure };
    case 'fail': {
      const status = failure.code === 'CANCELLED' ? 'cancelled' : 'failed';
      const error = { code: failure.code, message: hide(failure.message) };
      return { kind: 'end', end: { status, error }, dead: verdict.dead };
    }
  }
}

/** Gives the job back. When the store cannot be told, the lease runs out by itself: the next attempt only comes later. */
async function handBack(
  { store, meter, log, hide }: Parts,
  { lease, delivery }: Claimed,
  { delayMs, counts, failure }: Extract<Settlement, { kind: 'again' }>,
): Promise<void> {
  meter.count(counts ? 'retried' : 'drained');
  const error = failure && { code: failure.code, message: hide(failure.message) };
  log.info({ delayMs }, 'job handed back');
  await store.release(lease, delayMs, counts, error).catch((cause: unknown) => {
    log.warn({ err: cause }, 'cannot give the job back: its lease will run out');
  });
  delivery.retry(delayMs);
}

/** Runs one attempt of a claimed job and settles it. Resolves when the slot is free; the stream may still be closing. */
export async function runJob(parts: Parts, claimed: Claimed, stopping: Stopping): Promise<void> {
  const { background, clock, events, leases, meter, log } = parts;
  const { request, delivery, lease, attempt, claimedAt, span } = claimed;
  const ending = new AbortController();
  const hold: HeldLease = leases.hold(lease, delivery.handle, claimedAt, (why) => ending.abort(why));
  const stream = new EventBatch(request.jobId, events, clock, meter);
  meter.running(1);
  try {
    const outcome = await executeJob(parts, request, hold, ending, stream, stopping);
    if (outcome.kind === 'completed' && outcome.resumed) meter.count('resumed');
    span.note('agent.outcome', outcome.kind);
    if (outcome.kind === 'failed') span.fail(outcome.failure.code);
    if (outcome.kind === 'failed')
      log.warn({ attempt, code: outcome.failure.code, err: outcome.failure }, 'attempt failed');
    const settled = settlement(outcome, attempt, parts);
    switch (settled.kind) {
      case 'end': {
        const { end, dead } = settled;
        if (!(await endJob(parts, claimed, end, dead, hold))) return;
        for (const event of lastEvents(end)) stream.emit(event);
        background(stream.close(STREAM_PATIENCE_MS).then(() => delivery.done()));
        return;
      }
      case 'again':
        await handBack(parts, claimed, settled);
        return;
      case 'abandon':
        // The message is left alone as well: it belongs to the next worker now.
        meter.count('lease_lost');
    }
  } finally {
    hold.release();
    meter.running(-1);
    meter.time('job', (clock.monotonic() - claimedAt) / 1000);
    background(stream.close(STREAM_PATIENCE_MS));
  }
}
