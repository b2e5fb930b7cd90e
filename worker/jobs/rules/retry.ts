import { failures } from './failures.ts';
import type { Failure } from './failures.ts';
import type { JobTrouble } from '../../job-store.ts';

/** How often, how soon and for how long a job is tried again. Times are milliseconds. */
export interface RetryPolicy {
  /** Failures that count, without a checkpoint in between. */
  readonly maxAttempts: number;
  /** Workers that may be gone in the middle of a job, without a checkpoint in between. */
  readonly maxCrashes: number;
  readonly baseMs: number;
  readonly maxMs: number;
  /** How long a model, a tool or a server may be away. */
  readonly patienceMs: number;
  /** How long to wait for a worker that can do what this one cannot. 0 where there is no other. */
  readonly elsewhereMs: number;
}

/** What becomes of a job whose attempt failed. */
export type Verdict =
  | { readonly kind: 'retry'; readonly delayMs: number; readonly counts: 'attempt' | 'time' }
  | { readonly kind: 'fail'; readonly dead: boolean }
  /** Another worker may hold the job: nothing that this one says of it counts. */
  | { readonly kind: 'abandon' };

/** A provider that no worker has may be one that a rollout is only bringing, which takes minutes; or a word with a mistake. */
const ROLLOUT_MS = 15 * 60_000;

/**
 * Waits between half and all of base × 2^(attempt − 1), up to the longest wait: jobs that failed together, as when a model
 * server goes away, do not come back together. `random` is in [0, 1).
 */
export function backoff(
  attempt: number,
  policy: Pick<RetryPolicy, 'baseMs' | 'maxMs'>,
  random: number,
): number {
  const full = Math.min(policy.maxMs, policy.baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full * (0.5 + random / 2));
}

/** The same growth told by the clock: whoever waits half to all of the time that it has waited doubles it in one or two rounds. */
function growing(awayMs: number, { baseMs, maxMs }: RetryPolicy, random: number): number {
  return Math.round(Math.min(maxMs, Math.max(baseMs, awayMs)) * (0.5 + random / 2));
}

/**
 * The attempt after which a job has failed for good, if none of those to come stores a checkpoint or finds something away: it is
 * failures that are counted, and not each attempt has one.
 */
export function lastAttempt(
  attempt: number,
  { failures: failed }: Pick<JobTrouble, 'failures'>,
  { maxAttempts }: Pick<RetryPolicy, 'maxAttempts'>,
): number {
  return attempt + Math.max(0, maxAttempts - 1 - failed);
}

/**
 * What follows from a failure of a job that was in this trouble before. Patience is time, and who says when to come back is
 * heeded, however long that is.
 */
export function afterFailure(
  failure: Failure,
  trouble: JobTrouble,
  policy: RetryPolicy,
  random: number,
): Verdict {
  if (failure.code === 'LEASE_LOST') return { kind: 'abandon' };
  const { awayMs } = trouble;
  const asked = failure.retryAfterMs ?? 0;
  switch (failures[failure.code].retry) {
    case 'never':
      return { kind: 'fail', dead: false };
    case 'counted': {
      const failed = trouble.failures + 1;
      if (failed >= policy.maxAttempts) return { kind: 'fail', dead: true };
      return {
        kind: 'retry',
        delayMs: Math.max(asked, backoff(failed, policy, random)),
        counts: 'attempt',
      };
    }
    case 'patient':
      if (awayMs >= policy.patienceMs) return { kind: 'fail', dead: true };
      return {
        kind: 'retry',
        delayMs: Math.max(asked, growing(awayMs, policy, random)),
        counts: 'time',
      };
    case 'elsewhere': {
      const longest = failure.code === 'UNKNOWN_PROVIDER' ? ROLLOUT_MS : Infinity;
      if (awayMs >= Math.min(policy.elsewhereMs, longest)) return { kind: 'fail', dead: true };
      // Another worker may take it at once; this one leaves alone what it cannot do (breakers.ts).
      return { kind: 'retry', delayMs: failure.source === undefined ? policy.baseMs : 0, counts: 'time' };
    }
  }
}
