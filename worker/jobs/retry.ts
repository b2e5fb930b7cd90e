import { type Failure, failures } from './failures.ts';

/** How often and how soon a job is tried again. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly baseMs: number;
  readonly maxMs: number;
}

/** What becomes of a job whose attempt failed. */
export type Verdict =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'fail'; readonly dead: boolean }
  /** Another worker may hold the job: nothing that this one says of it counts. */
  | { readonly kind: 'abandon' };

/**
 * Waits between half and all of base × 2^(attempt − 1), up to the longest wait: jobs that failed together, as when a model
 * server goes away, do not come back together. `random` is in [0, 1).
 */
export function backoff(attempt: number, policy: RetryPolicy, random: number): number {
  const full = Math.min(policy.maxMs, policy.baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full * (0.5 + random / 2));
}

/** `attempt` is the one that failed, 1 for the first. */
export function afterFailure(
  failure: Failure,
  attempt: number,
  policy: RetryPolicy,
  random: number,
): Verdict {
  if (failure.code === 'LEASE_LOST') return { kind: 'abandon' };
  if (failures[failure.code].permanent) return { kind: 'fail', dead: false };
  if (attempt >= policy.maxAttempts) return { kind: 'fail', dead: true };
  return { kind: 'retry', delayMs: backoff(attempt, policy, random) };
}
