import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JobOptions, Rate } from '../../worker/job-options.ts';
import {
  LIMIT,
  NUMBERS,
  PER_SECONDS,
  mayBegin,
  policyOf,
  rankOf,
  readOptions,
  waitsInStore,
} from '../../worker/jobs/rules/options.ts';
import { readMessage, readStored, writeMessage } from '../../worker/jobs/rules/message.ts';
import type { Json } from '../../worker/json.ts';
import type { Problem } from '../../worker/ports.ts';
import { retry } from './loop.ts';

const within = ({ least, most }: { readonly least: number; readonly most: number }) =>
  fc.integer({ min: least, max: most });
const word = fc
  .stringMatching(/^[a-zä0-9 :/_-]{1,40}$/)
  .filter((text) => text.trim() === text && text !== '');
const limited = { key: word, limit: within(LIMIT) };
const anyOptions: fc.Arbitrary<JobOptions> = fc.record(
  {
    attempts: within(NUMBERS.attempts),
    patience_seconds: within(NUMBERS.patience_seconds),
    deadline_seconds: within(NUMBERS.deadline_seconds),
    priority: within({ ...NUMBERS.priority, least: 1 }),
    after_seconds: within({ ...NUMBERS.after_seconds, least: 1 }),
    concurrency: fc.record(limited),
    rates: fc.array(fc.record({ ...limited, per_seconds: within(PER_SECONDS) }), {
      minLength: 1,
      maxLength: 5,
    }),
    tags: fc.array(word, { minLength: 1, maxLength: 20 }),
  },
  { requiredKeys: ['attempts'] },
);

function read(value: Json): {
  readonly options: JobOptions | undefined;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  return { options: readOptions(value, 'data.options', problems), problems };
}

const job = {
  jobId: 'j',
  traceId: 't',
  definition: { a: 1 },
  input: { b: 1 },
  traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
};

describe('options of a job', () => {
  test('are the same when they are written down and read again', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        expect(read(options as Json)).toEqual({ options, problems: [] });
        expect(readStored(writeMessage({ ...job, options }))).toEqual({ ...job, options });
      }),
    );
  });

  test.each<[given: Json, read: JobOptions | undefined]>([
    [{}, undefined],
    [{ priority: 0, after_seconds: 0, rates: [], tags: [], concurrency: null }, undefined],
    [{ patience_seconds: 0 }, { patience_seconds: 0 }],
    [{ tags: [' nightly '] }, { tags: ['nightly'] }],
  ])('%o ask for %o', (given, options) => {
    expect(read(given)).toEqual({ options, problems: [] });
  });

  test.each<[given: Json, path: string, expected: string]>([
    ['soon', '', 'expected an object with attempts, patience_seconds, deadline_seconds, priority'],
    [{ priorty: 1 }, '.priorty', 'is unknown here: expected attempts, patience_seconds'],
    [{ attempts: 0 }, '.attempts', 'expected a whole number from 1 to 100'],
    [{ priority: '5' }, '.priority', 'expected a whole number from 0 to 100'],
    [{ after_seconds: 1.5 }, '.after_seconds', 'expected a whole number from 0 to 2592000'],
    [{ deadline_seconds: -1 }, '.deadline_seconds', 'expected a whole number from 1 to 2592000'],
    [{ concurrency: { key: 'a' } }, '.concurrency.limit', 'expected a whole number from 1 to 1000'],
    [{ concurrency: { key: '\n', limit: 1 } }, '.concurrency.key', 'expected a text of 1 to 100 characters'],
    [{ rates: [{ key: 'a', limit: 1 }] }, '.rates[0].per_seconds', 'expected a whole number from 1 to 86400'],
    [{ rates: {} }, '.rates', 'expected a list of at most 5'],
    [{ tags: [1] }, '.tags[0]', 'expected a text of 1 to 100 characters'],
    [{ tags: Array.from({ length: 21 }, () => 'a') }, '.tags', 'expected a list of at most 20'],
  ])('%o are refused at %s', (given, path, expected) => {
    const { problems } = read(given);
    expect(problems).toMatchObject([
      { path: `data.options${path}`, message: expect.stringContaining(expected) },
    ]);
  });

  test('all that is wrong with a job is said at once', () => {
    const data = { job_id: 'j', agent_definition: { a: 1 }, input_payload: { b: 1 } };
    const body = JSON.stringify({ data: { ...data, options: { attempts: 0, tags: [''] } } });
    const message = readMessage({}, new TextEncoder().encode(body));
    expect(message.kind === 'invalid' && message.problems.map(({ path }) => path)).toEqual([
      'data.trace_id',
      'data.options.attempts',
      'data.options.tags[0]',
    ]);
  });

  test.each<[options: JobOptions, waits: boolean]>([
    [{ attempts: 1, patience_seconds: 1, deadline_seconds: 1, tags: ['a'] }, false],
    [{ priority: 1 }, true],
    [{ after_seconds: 1 }, true],
    [{ concurrency: { key: 'a', limit: 1 } }, true],
    [{ rates: [{ key: 'a', limit: 1, per_seconds: 1 }] }, true],
  ])('%o wait in the store: %s', (options, waits) => {
    expect(waitsInStore(options)).toBe(waits);
  });

  test('attempts and patience are those of the job, where it says so', () => {
    expect(policyOf(retry, undefined)).toEqual(retry);
    expect(policyOf(retry, { attempts: 9, patience_seconds: 2 })).toEqual({
      ...retry,
      maxAttempts: 9,
      patienceMs: 2_000,
      elsewhereMs: 2_000,
    });
    expect(policyOf({ ...retry, elsewhereMs: 0 }, { patience_seconds: 2 }).elsewhereMs).toBe(0);
  });
});

describe('rules of what may begin', () => {
  const priority = within(NUMBERS.priority);

  test('of two that came together the higher priority goes first, and nothing new goes before what has waited long enough', () => {
    fc.assert(
      fc.property(priority, priority, fc.nat(), (one, other, now) => {
        const difference = rankOf(now, { priority: one }) - rankOf(now, { priority: other });
        expect(Math.sign(difference)).toBe(Math.sign(other - one));
        const old = rankOf(now, {});
        const long = now + NUMBERS.priority.most * 60_000;
        expect(rankOf(long + 1, { priority: one })).toBeGreaterThan(old);
      }),
    );
  });

  test('in no time of a rate do more begin than it says, and when fewer have, one may', () => {
    const rate = fc.record<Pick<Rate, 'limit' | 'per_seconds'>>({
      limit: fc.integer({ min: 1, max: 5 }),
      per_seconds: fc.integer({ min: 1, max: 10 }),
    });
    const pauses = fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(rate, pauses, (asked, times) => {
        const begun: number[] = [];
        let now = 0;
        for (const pause of times) {
          now += pause;
          const since = begun.filter((at) => at > now - asked.per_seconds * 1_000).length;
          expect(mayBegin(begun, asked, now)).toBe(since < asked.limit);
          if (mayBegin(begun, asked, now)) begun.unshift(now);
        }
      }),
    );
  });
});
