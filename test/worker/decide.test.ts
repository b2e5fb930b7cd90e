import { describe, expect, test } from 'vitest';
import { decide } from '../../worker/jobs/rules/decide.ts';
import { Failure, asFailure } from '../../worker/jobs/rules/failures.ts';
import type { FailureCode } from '../../worker/jobs/rules/failures.ts';
import { afterFailure, backoff } from '../../worker/jobs/rules/retry.ts';
import type { RetryPolicy } from '../../worker/jobs/rules/retry.ts';
import type { ClaimResult, JobTrouble } from '../../worker/job-store.ts';

const trouble: JobTrouble = { failures: 0, crashes: 0, awayMs: 0 };
const lease = { jobId: 'j', token: 3 };

function claimed(more: Partial<Extract<ClaimResult, { kind: 'claimed' }>> = {}): ClaimResult {
  return {
    kind: 'claimed',
    lease,
    attempt: 1,
    trouble,
    cancelRequested: false,
    lastError: undefined,
    tenant: undefined,
    deadlineMs: undefined,
    ...more,
  };
}

describe('what to do with a message', () => {
  test.each([
    {
      reason: 'a job that was claimed is run',
      claim: claimed(),
      expected: { kind: 'run', claim: { lease } },
    },
    {
      reason:
        'failures are judged when they happen, so that the next attempt is made however many there were',
      claim: claimed({ attempt: 60, trouble: { failures: 59, crashes: 4, awayMs: 1e9 } }),
      expected: { kind: 'run' },
    },
    {
      reason: 'worker after worker was gone in the middle of it: the job fails as a dead letter',
      claim: claimed({ trouble: { ...trouble, crashes: 5 } }),
      expected: { kind: 'end', dead: true, end: { status: 'failed', error: { code: 'ATTEMPTS_EXHAUSTED' } } },
    },
    {
      reason: 'a job that is suspected of ending workers waits for one that has no other',
      claim: { kind: 'suspect' } as const,
      expected: { kind: 'park' },
    },
    {
      reason: 'a message of a job that waits in the store is not needed',
      claim: { kind: 'held', waitMs: 3_600_000, waitsHere: true } as const,
      expected: { kind: 'done' },
    },
    {
      reason: 'a job that was cancelled while nobody held it is not run',
      claim: claimed({ cancelRequested: true }),
      expected: { kind: 'end', dead: false, end: { status: 'cancelled', error: { code: 'CANCELLED' } } },
    },
    {
      reason: 'a job that another worker holds comes back when its lease could be over',
      claim: { kind: 'held', waitMs: 1_000, waitsHere: false } as const,
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
    expect(decide(claim, { maxCrashes: 5 })).toMatchObject(expected);
  });

  test('a job that failed for good says what failed last', () => {
    const lastError = { code: 'MODEL_UNAVAILABLE', message: 'the model answered 503' };
    const decision = decide(claimed({ trouble: { ...trouble, crashes: 5 }, lastError }), { maxCrashes: 5 });
    expect(JSON.stringify(decision)).toContain('the model answered 503');
  });
});

describe('what follows a failure', () => {
  const hour = 3_600_000;
  const policy: RetryPolicy = {
    maxAttempts: 3,
    maxCrashes: 5,
    baseMs: 1_000,
    maxMs: 60_000,
    patienceMs: 6 * hour,
    elsewhereMs: 6 * hour,
  };

  test.each<{
    reason: string;
    code: FailureCode;
    before?: Partial<JobTrouble>;
    retryAfterMs?: number;
    source?: string;
    expected: object;
  }>([
    {
      reason: 'an error that nobody expected is tried again',
      code: 'INTERNAL',
      expected: { kind: 'retry', counts: 'attempt', delayMs: 750 },
    },
    {
      reason: 'until it was the last of so many without a step in between, after which somebody should look',
      code: 'INTERNAL',
      before: { failures: 2 },
      expected: { kind: 'fail', dead: true },
    },
    {
      reason: 'a model that is away costs time and no attempt',
      code: 'MODEL_UNAVAILABLE',
      before: { failures: 2 },
      expected: { kind: 'retry', counts: 'time', delayMs: 750 },
    },
    {
      reason: 'the longer it is away, the longer the wait',
      code: 'MODEL_UNAVAILABLE',
      before: { awayMs: 20_000 },
      expected: { kind: 'retry', counts: 'time', delayMs: 15_000 },
    },
    {
      reason: 'who says when to come back is heeded, however long that is',
      code: 'MODEL_UNAVAILABLE',
      before: { awayMs: 20_000 },
      retryAfterMs: 9 * hour,
      expected: { kind: 'retry', counts: 'time', delayMs: 9 * hour },
    },
    {
      reason: 'patience has an end',
      code: 'MODEL_UNAVAILABLE',
      before: { awayMs: 6 * hour },
      expected: { kind: 'fail', dead: true },
    },
    {
      reason: 'a key that is refused is this worker’s fault: another one may take the job at once',
      code: 'MODEL_KEY_REFUSED',
      source: 'openai',
      expected: { kind: 'retry', counts: 'time', delayMs: 0 },
    },
    {
      reason: 'a store that is away blames nobody',
      code: 'STORE_UNAVAILABLE',
      before: { failures: 2, awayMs: hour },
      expected: { kind: 'retry', counts: 'time', delayMs: 1_000 },
    },
    {
      reason: 'a store that refuses the data would refuse them again',
      code: 'STORE_REFUSED',
      expected: { kind: 'fail', dead: false },
    },
    {
      reason: 'a provider may come with a rollout',
      code: 'UNKNOWN_PROVIDER',
      source: 'new',
      before: { awayMs: hour / 6 },
      expected: { kind: 'retry', counts: 'time', delayMs: 0 },
    },
    {
      reason: 'or is a word with a mistake, which nobody waits for longer than a rollout takes',
      code: 'UNKNOWN_PROVIDER',
      source: 'opnai',
      before: { awayMs: hour / 4 },
      expected: { kind: 'fail', dead: true },
    },
    {
      reason: 'a permanent failure is the result of the job at once',
      code: 'MODEL_REFUSED',
      expected: { kind: 'fail', dead: false },
    },
    {
      reason: 'who lost the lease has no say',
      code: 'LEASE_LOST',
      before: { failures: 2 },
      expected: { kind: 'abandon' },
    },
  ])('$reason', ({ code, before, retryAfterMs, source, expected }) => {
    const failure = new Failure(code, 'x', { retryAfterMs, source });
    expect(afterFailure(failure, { ...trouble, ...before }, policy, 0.5)).toEqual(expected);
  });

  test('where there is no other worker, what this one cannot do fails at once', () => {
    const failure = new Failure('MODEL_KEY_REFUSED', 'x', { source: 'openai' });
    expect(afterFailure(failure, trouble, { ...policy, elsewhereMs: 0 }, 0.5)).toMatchObject({
      kind: 'fail',
    });
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
