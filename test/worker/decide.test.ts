import { describe, expect, test } from 'vitest';
import { decide } from '../../worker/jobs/decide.ts';
import { Failure, type FailureCode, asFailure, failures } from '../../worker/jobs/failures.ts';
import { afterFailure, backoff } from '../../worker/jobs/retry.ts';
import type { Claim } from '../../worker/ports.ts';

const lease = { jobId: 'j', token: 3 };

function claimed(more: Partial<Extract<Claim, { kind: 'claimed' }>> = {}): Claim {
  return { kind: 'claimed', lease, attempt: 1, cancelRequested: false, lastError: undefined, ...more };
}

describe('what to do with a message', () => {
  test.each([
    {
      reason: 'a job that was claimed is run',
      claim: claimed(),
      expected: { kind: 'run', lease, attempt: 1 },
    },
    {
      reason: 'the last attempt is still made',
      claim: claimed({ attempt: 5 }),
      expected: { kind: 'run', lease, attempt: 5 },
    },
    {
      reason: 'one more than the last: workers died on it, and the job fails as a dead letter',
      claim: claimed({ attempt: 6 }),
      expected: { kind: 'end', dead: true, end: { status: 'failed', error: { code: 'ATTEMPTS_EXHAUSTED' } } },
    },
    {
      reason: 'a job that was cancelled while nobody held it is not run',
      claim: claimed({ cancelRequested: true }),
      expected: { kind: 'end', dead: false, end: { status: 'cancelled', error: { code: 'CANCELLED' } } },
    },
    {
      reason: 'a job that another worker holds comes back when its lease could be over',
      claim: { kind: 'held', waitMs: 1_000 } as const,
      expected: { kind: 'wait', ms: 1_100 },
    },
    {
      reason: 'a finished job is only acknowledged',
      claim: { kind: 'finished' } as const,
      expected: { kind: 'done' },
    },
    {
      reason: 'another payload under the id of a job',
      claim: { kind: 'conflict' } as const,
      expected: { kind: 'conflict' },
    },
  ])('$reason', ({ claim, expected }) => {
    expect(decide(claim, 5)).toMatchObject(expected);
  });

  test('a job that failed for good says what failed last', () => {
    const lastError = { code: 'MODEL_UNAVAILABLE', message: 'the model answered 503' };
    const decision = decide(claimed({ attempt: 6, lastError }), 5);
    expect(JSON.stringify(decision)).toContain('the model answered 503');
  });
});

describe('what follows a failure', () => {
  const policy = { maxAttempts: 3, baseMs: 1_000, maxMs: 60_000 };
  const fail = (code: FailureCode, attempt: number) =>
    afterFailure(new Failure(code, 'x'), attempt, policy, 0.5);

  test.each([
    {
      reason: 'a transient failure is tried again',
      code: 'MODEL_UNAVAILABLE',
      attempt: 1,
      expected: { kind: 'retry' },
    },
    {
      reason: 'until the last attempt, after which somebody should look',
      code: 'MODEL_UNAVAILABLE',
      attempt: 3,
      expected: { kind: 'fail', dead: true },
    },
    {
      reason: 'a permanent failure is the result of the job at once',
      code: 'MODEL_REFUSED',
      attempt: 1,
      expected: { kind: 'fail', dead: false },
    },
    {
      reason: 'who lost the lease has no say',
      code: 'LEASE_LOST',
      attempt: 3,
      expected: { kind: 'abandon' },
    },
  ] as const)('$reason', ({ code, attempt, expected }) => {
    expect(fail(code, attempt)).toMatchObject(expected);
  });

  test('every code is either permanent or tried again', () => {
    for (const [code, { permanent }] of Object.entries(failures)) {
      if (code === 'LEASE_LOST') continue;
      expect(fail(code as FailureCode, 1).kind, code).toBe(permanent ? 'fail' : 'retry');
    }
  });

  test('waits double up to the longest, and spread over half of it', () => {
    expect([1, 2, 3, 4].map((attempt) => backoff(attempt, policy, 0))).toEqual([500, 1_000, 2_000, 4_000]);
    expect(backoff(1, policy, 0.999)).toBe(1_000);
    expect(backoff(1_000, policy, 0.999)).toBeLessThanOrEqual(policy.maxMs);
  });

  test('an error that nobody expected keeps its text to itself', () => {
    const failure = asFailure(new Error('password=x'));
    expect(failure).toMatchObject({ code: 'INTERNAL' });
    expect(failure.message).not.toContain('password');
    expect(failure.cause).toBeInstanceOf(Error);
  });
});
