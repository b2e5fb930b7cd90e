import { describe, expect, test } from 'vitest';
import { Breakers } from '../../worker/jobs/loop/breakers.ts';
import { Failure } from '../../worker/jobs/rules/failures.ts';

test.each([
  ['that says nothing', 0, 1_000],
  ['that says when', 20_000, 20_000],
  ['that asks for more than the longest wait', 3_600_000, 60_000],
])('a source %s is left alone after three failures in a row', (_, retryAfterMs, ms) => {
  let now = 0;
  const breakers = new Breakers({ monotonic: () => now, random: () => 1 }, { baseMs: 1_000, maxMs: 60_000 });
  const failure = new Failure('TOOL_UNAVAILABLE', 'busy', { source: 'mcp:own', retryAfterMs });
  expect([1, 2, 3].map(() => breakers.failed(failure))).toEqual([false, false, true]);
  now = ms - 1;
  expect(breakers.blocked()).toEqual(['mcp:own']);
  now = ms + 1;
  expect(breakers.blocked()).toEqual([]);
  breakers.answered('mcp:own');
  expect(breakers.reasons()).toEqual({});
});

describe('a source that may be asked by one job', () => {
  const opened = () => {
    let now = 0;
    const breakers = new Breakers(
      { monotonic: () => now, random: () => 1 },
      { baseMs: 1_000, maxMs: 60_000 },
    );
    for (let failures = 0; failures < 3; failures += 1)
      for (const source of ['away', 'other'])
        breakers.failed(new Failure('MODEL_UNAVAILABLE', 'away', { source }));
    now = 1_001;
    return breakers;
  };

  test('is asked by the first of many that come together, and by the next when that is through', () => {
    const breakers = opened();
    const [first, second] = [{}, {}];
    expect([breakers.begin(first, ['away']), breakers.begin(second, ['away'])]).toEqual([true, false]);
    expect(breakers.blocked()).toEqual(['away']);
    breakers.end(first);
    expect(breakers.begin(second, ['away'])).toBe(true);
  });

  test('is kept for a job that the store is asked for, and free again when that needs another', () => {
    const breakers = opened();
    const [looking, job, message] = [{}, {}, {}];
    breakers.reserve(looking);
    expect(breakers.begin(message, ['away'])).toBe(false);
    breakers.found(looking, job);
    breakers.end(looking);
    expect(breakers.blocked()).toEqual(['away', 'other']);
    expect(breakers.begin(job, ['other'])).toBe(true);
    expect(breakers.begin(message, ['away'])).toBe(true);
  });
});
