import { describe, expect, test } from 'vitest';
import { countOf, failedRun, failureLine, failuresIn, sum, together, unsteady } from './count.ts';
import type { Count } from './count.ts';

type Status = 'passed' | 'failed' | 'pending';

/** The count of files that have these tests. */
function count(files: Readonly<Record<string, Readonly<Record<string, Status>>>>, message = ''): Count {
  const testResults = Object.entries(files).map(([name, tests]) => ({
    name: `/there/${name}`,
    message,
    assertionResults: Object.entries(tests).map(([fullName, status]) => ({
      fullName,
      status,
      failureMessages: status === 'failed' ? ['Error: no\n  at somewhere'] : [],
    })),
  }));
  return countOf({ testResults }, (path) => path.replace('/there/', ''));
}

const first = count({
  'a.test.ts': { one: 'passed', two: 'failed', three: 'pending' },
  'b.test.ts': { four: 'passed' },
});

describe('what a tier came to', () => {
  test('is counted by file, and each failure has a line', () => {
    expect([sum(first, 'passed'), sum(first, 'skipped')]).toEqual([2, 1]);
    expect(failuresIn(first).map(failureLine)).toEqual(['a.test.ts: two: Error: no']);
  });

  test('a file that could not be read has failed as a whole', () => {
    const unread = count({ 'c.test.ts': {} }, 'SyntaxError: what is this?\n');
    expect(failuresIn(unread).map(failureLine)).toEqual(['c.test.ts: SyntaxError: what is this?']);
  });
});

describe('a second run of what failed', () => {
  test('counts in its place, and what passes alone is named', () => {
    const second = count({ 'a.test.ts': { one: 'passed', two: 'passed', three: 'pending' } });
    expect(failuresIn(together(first, second))).toEqual([]);
    expect(sum(together(first, second), 'passed')).toBe(3);
    expect(unsteady(first, second).map(failureLine)).toEqual(['a.test.ts: two: Error: no']);
  });

  test('that fails has failed, also where another test does', () => {
    const same = count({ 'a.test.ts': { one: 'passed', two: 'failed', three: 'pending' } });
    expect(failuresIn(together(first, same))).toHaveLength(1);
    expect(unsteady(first, same)).toEqual([]);
    const other = count({ 'a.test.ts': { one: 'failed', two: 'passed', three: 'pending' } });
    expect(failuresIn(together(first, other)).map(failureLine)).toEqual(['a.test.ts: one: Error: no']);
  });

  test('that ends without a report takes no failure back', () => {
    const none = failedRun('engine', 'vitest left no report');
    expect(failuresIn(together(first, none))).toHaveLength(2);
    expect(unsteady(first, none)).toEqual([]);
  });
});
