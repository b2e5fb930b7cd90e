import type { ClaimResult, JobEnd, JobError, Lease } from '../../job-store.ts';
import type { RetryPolicy } from './retry.ts';

/** What to do with a job once the store has said what it knows of it. */
export type Decision =
  | { readonly kind: 'run'; readonly claim: Extract<ClaimResult, { kind: 'claimed' }> }
  /** The job ends without running; `dead` when somebody should look at it. */
  | { readonly kind: 'end'; readonly lease: Lease; readonly end: JobEnd; readonly dead: boolean }
  | { readonly kind: 'wait'; readonly ms: number }
  /** The job is in the store and waits there. */
  | { readonly kind: 'park' }
  | { readonly kind: 'done' }
  | { readonly kind: 'conflict' };

/** Why a job ends that has not begun, or was between two attempts, when its time was up. */
export const OVERDUE: JobError = {
  code: 'DEADLINE_PASSED',
  message: 'the time that its deadline_seconds gave it was over before it was through; no worker had it then',
};

/** A redelivery of a held job waits a little longer than the lease, so as to find it free. */
const MARGIN_MS = 100;

export function decide(claim: ClaimResult, { maxCrashes }: Pick<RetryPolicy, 'maxCrashes'>): Decision {
  switch (claim.kind) {
    case 'finished':
      return { kind: 'done' };
    case 'conflict':
      return { kind: 'conflict' };
    case 'held':
      return claim.waitsHere ? { kind: 'done' } : { kind: 'wait', ms: claim.waitMs + MARGIN_MS };
    case 'suspect':
      return { kind: 'park' };
    case 'claimed':
      return start(claim, maxCrashes);
  }
}

function start(claim: Extract<ClaimResult, { kind: 'claimed' }>, maxCrashes: number): Decision {
  const { lease, trouble } = claim;
  if (claim.cancelRequested)
    return {
      kind: 'end',
      lease,
      end: { status: 'cancelled', error: { code: 'CANCELLED', message: 'the job was cancelled' } },
      dead: false,
    };
  if (claim.deadlineMs !== undefined && claim.deadlineMs <= 0)
    return { kind: 'end', lease, end: { status: 'failed', error: OVERDUE }, dead: false };
  if (trouble.crashes < maxCrashes) return { kind: 'run', claim };
  const before = claim.lastError ? `; before that it failed: ${claim.lastError.message}` : '';
  return {
    kind: 'end',
    lease,
    end: {
      status: 'failed',
      error: {
        code: 'ATTEMPTS_EXHAUSTED',
        message: `the worker was gone in the middle of it ${trouble.crashes} times without a step in between${before}`,
      },
    },
    dead: true,
  };
}
