import { expect, test } from 'vitest';
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
