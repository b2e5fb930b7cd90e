import type { Lease } from '../../job-store.ts';
import { beginning } from './begin-attempt.ts';
import { executeJob } from './execute-job.ts';
import { noteFailed } from './sources.ts';
import type { AttemptOutcome, Stopping } from './execute-job.ts';
import type { EventBatch } from './event-batch.ts';
import type { Sources } from '../../sources.ts';
import type { Failure } from '../rules/failures.ts';
import type { Claimed, Job } from '../rules/job.ts';
import type { Log, Parts } from '../parts.ts';
import type { Span } from '../../telemetry.ts';
import { policyOf } from '../rules/options.ts';
import { afterFailure } from '../rules/retry.ts';
import type { Settlement } from '../rules/settlement.ts';

export type Attempting = Pick<Parts, 'agent' | 'breakers' | 'clock' | 'hide' | 'meter' | 'settings'>;

/** One attempt that is being made. */
export interface Attempt {
  readonly job: Job;
  readonly claimed: Claimed;
  readonly ending: AbortController;
  readonly stream: EventBatch;
  readonly sources: Sources;
  /** Whether no message calls for the job. */
  readonly waitsHere: boolean;
}

function afterFailed(
  { settings, clock, hide }: Attempting,
  failure: Failure,
  { job, claimed }: Attempt,
): Settlement {
  const { lease, trouble } = claimed.claim;
  const policy = policyOf(settings.retry, job.request.options);
  const verdict = afterFailure(failure, trouble, policy, clock.random());
  const error = { code: failure.code, message: hide(failure.message) };
  switch (verdict.kind) {
    case 'abandon':
      return { kind: 'abandon' };
    case 'retry':
      return {
        kind: 'again',
        lease,
        how: { delayMs: verdict.delayMs, counts: verdict.counts, waitsHere: true, error },
      };
    case 'fail': {
      const status = failure.code === 'CANCELLED' ? 'cancelled' : 'failed';
      return { kind: 'end', lease, end: { status, error }, dead: verdict.dead };
    }
  }
}

function settlementOf(parts: Attempting, outcome: AttemptOutcome, attempt: Attempt): Settlement {
  const { claimed, waitsHere } = attempt;
  const lease: Lease = claimed.claim.lease;
  switch (outcome.kind) {
    case 'completed':
      return { kind: 'end', lease, end: { status: 'completed', result: outcome.result }, dead: false };
    case 'drained':
      return {
        kind: 'again',
        lease,
        how: { delayMs: 0, counts: 'nothing', waitsHere, error: undefined },
      };
    case 'failed':
      return afterFailed(parts, outcome.failure, attempt);
  }
}

/** Makes one attempt, and says what becomes of the job. Never throws. */
export async function attemptJob(
  parts: Attempting,
  attempt: Attempt,
  span: Span,
  log: Log,
  stopping: Stopping,
): Promise<Settlement> {
  const { breakers, meter, clock, settings } = parts;
  const { claimed } = attempt;
  const { attempt: number } = claimed.claim;
  meter.running(1);
  const begins = beginning(settings, attempt, log);
  try {
    const outcome = await executeJob(parts, attempt, begins, span, stopping);
    begins(undefined);
    span.note('agent.outcome', outcome.kind);
    if (outcome.kind === 'completed' && outcome.resumed) meter.count('resumed');
    if (outcome.kind === 'failed') {
      const { failure } = outcome;
      span.fail(failure.code);
      log.warn({ attempt: number, code: failure.code, err: failure }, 'attempt failed');
      noteFailed(breakers, failure, log);
    }
    return settlementOf(parts, outcome, attempt);
  } finally {
    meter.running(-1);
    meter.time('job', (clock.monotonic() - claimed.claimedAt) / 1000);
  }
}
