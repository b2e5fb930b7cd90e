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

/** A failure from which on a source is left alone. */
const away = (source: string) => new Failure('MODEL_KEY_REFUSED', 'away', { source });

describe('of several sources of which one is enough', () => {
  const opened = (...sources: readonly string[]) => {
    const at = { now: 0 };
    const breakers = new Breakers(
      { monotonic: () => at.now, random: () => 1 },
      { baseMs: 1_000, maxMs: 60_000 },
    );
    for (const source of sources) breakers.failed(away(source));
    return { at, breakers };
  };

  test.each([
    [[], true],
    [['one'], true],
    [['two'], true],
    [['one', 'two'], false],
    [['one|two'], false],
  ])('with %j left alone a job begins: %s', (leftAlone, begins) => {
    expect(opened(...leftAlone).breakers.begin({}, ['one|two', 'other'])).toBe(begins);
  });

  test('those that are well are taken, and nobody is the first to try the others', () => {
    const { at, breakers } = opened('one');
    at.now = 1_001;
    const [job, next] = [{}, {}];
    expect(breakers.begin(job, ['one|two'])).toBe(true);
    expect(breakers.begin(next, ['one'])).toBe(true);
  });

  test('one is tried by one job where none is well', () => {
    const { at, breakers } = opened('one', 'two');
    at.now = 1_001;
    const jobs = [{}, {}, {}];
    expect(jobs.map((job) => breakers.begin(job, ['one|two']))).toEqual([true, true, false]);
  });

  test('a job that runs asks those that are left alone when their time has come, and one job at a time', () => {
    const { at, breakers } = opened('one');
    const [job, next] = [{}, {}];
    expect([breakers.mayAsk(job, 'one'), breakers.mayAsk(job, 'two')]).toEqual([false, true]);
    at.now = 1_001;
    expect([breakers.mayAsk(job, 'one'), breakers.mayAsk(next, 'one')]).toEqual([true, false]);
    breakers.answered('one');
    expect(breakers.mayAsk(next, 'one')).toBe(true);
  });

  test('a job that goes on without one does not keep it from the next', () => {
    const { at, breakers } = opened('one');
    at.now = 1_001;
    const [job, next] = [{}, {}];
    breakers.mayAsk(job, 'one');
    breakers.failed(away('one'));
    expect([breakers.mayAsk(job, 'one'), breakers.mayAsk(next, 'one')]).toEqual([false, false]);
    at.now = 60_000;
    expect(breakers.mayAsk(next, 'one')).toBe(true);
  });
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
