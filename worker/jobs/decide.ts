import type { Claim, JobEnd, Lease } from '../ports.ts';

/** What to do with a message once the store has said what it knows of its job. */
export type Decision =
  | { readonly kind: 'run'; readonly lease: Lease; readonly attempt: number }
  /** The job ends without running; `dead` when somebody should look at it. */
  | { readonly kind: 'end'; readonly lease: Lease; readonly end: JobEnd; readonly dead: boolean }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'conflict' };

/** A redelivery of a held job waits a little longer than the lease, so as to find it free. */
const MARGIN_MS = 100;

export function decide(claim: Claim, maxAttempts: number): Decision {
  switch (claim.kind) {
    case 'finished':
      return { kind: 'done' };
    case 'conflict':
      return { kind: 'conflict' };
    case 'held':
      return { kind: 'wait', ms: claim.waitMs + MARGIN_MS };
    case 'claimed':
      return start(claim, maxAttempts);
  }
}

function start(claim: Extract<Claim, { kind: 'claimed' }>, maxAttempts: number): Decision {
  const { lease, attempt, lastError } = claim;
  if (claim.cancelRequested)
    return {
      kind: 'end',
      lease,
      end: { status: 'cancelled', error: { code: 'CANCELLED', message: 'the job was cancelled' } },
      dead: false,
    };
  if (attempt <= maxAttempts) return { kind: 'run', lease, attempt };
  const why = lastError ? `the last one failed: ${lastError.message}` : 'the worker was gone each time';
  return {
    kind: 'end',
    lease,
    end: {
      status: 'failed',
      error: {
        code: 'ATTEMPTS_EXHAUSTED',
        message: `${maxAttempts} attempts ended without a result; ${why}`,
      },
    },
    dead: true,
  };
}
