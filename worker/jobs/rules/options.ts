import type { JobOptions } from '../../job-options.ts';
import { isJsonObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Problem } from '../../ports.ts';
import type { RetryPolicy } from './retry.ts';

interface Bounds {
  readonly least: number;
  readonly most: number;
}

const MONTH_S = 30 * 86_400;

/** Whole numbers of `options`. */
export const NUMBERS = {
  attempts: { least: 1, most: 100 },
  patience_seconds: { least: 0, most: MONTH_S },
  deadline_seconds: { least: 1, most: MONTH_S },
  priority: { least: 0, most: 100 },
  after_seconds: { least: 0, most: MONTH_S },
} as const satisfies Partial<Record<keyof JobOptions, Bounds>>;

/** Whole numbers of limits. */
export const LIMIT = { least: 1, most: 1_000 } as const;
export const PER_SECONDS = { least: 1, most: 86_400 } as const;

export const MOST_RATES = 5;
export const MOST_TAGS = 20;
/** Characters of a key or a tag. */
export const LONGEST_WORD = 100;

/** By each step of priority a job goes before others as if it had waited for so much longer. */
export const PRIORITY_STEP_MS = 60_000;

type Read<T> = (value: Json | undefined, path: string, problems: Problem[]) => T | undefined;

function refuse(problems: Problem[], path: string, message: string): undefined {
  problems.push({ path, message });
}

/** Whether it is a whole number from the least to the most. */
export function isWithin(value: Json | undefined, { least, most }: Bounds): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function wholeNumber(bounds: Bounds): Read<number> {
  const { least, most } = bounds;
  return (value, path, problems) =>
    isWithin(value, bounds)
      ? value
      : refuse(problems, path, `expected a whole number from ${least} to ${most}`);
}

const word: Read<string> = (value, path, problems) =>
  typeof value === 'string' &&
  value.trim() !== '' &&
  value.length <= LONGEST_WORD &&
  value.isWellFormed() &&
  !/\p{Cc}/u.test(value)
    ? value.trim()
    : refuse(
        problems,
        path,
        `expected a text of 1 to ${LONGEST_WORD} characters, none of them a control character`,
      );

/** An object of these fields, all of which it must have, or any of which it may leave out. */
function fields<T>(readers: { readonly [K in keyof T]-?: Read<T[K]> }, isWhole: boolean): Read<T> {
  const names = Object.keys(readers) as (keyof T & string)[];
  return (value, path, problems) => {
    if (!isJsonObject(value)) return refuse(problems, path, `expected an object with ${names.join(', ')}`);
    for (const name of Object.keys(value).filter((one) => !names.some((known) => known === one)))
      refuse(problems, `${path}.${name}`, `is unknown here: expected ${names.join(', ')}`);
    const given = names.filter((name) => isWhole || (value[name] ?? null) !== null);
    const read = given.map((name) => [name, readers[name](value[name], `${path}.${name}`, problems)]);
    return Object.fromEntries(read) as T;
  };
}

function list<T>(item: Read<T>, most: number): Read<readonly T[]> {
  return (value, path, problems) => {
    if (!Array.isArray(value) || value.length > most)
      return refuse(problems, path, `expected a list of at most ${most}`);
    return value.flatMap((one, index) => item(one, `${path}[${index}]`, problems) ?? []);
  };
}

const concurrency = fields<NonNullable<JobOptions['concurrency']>>(
  { key: word, limit: wholeNumber(LIMIT) },
  true,
);
const rate = fields<NonNullable<JobOptions['rates']>[number]>(
  { key: word, limit: wholeNumber(LIMIT), per_seconds: wholeNumber(PER_SECONDS) },
  true,
);
const options = fields<JobOptions>(
  {
    attempts: wholeNumber(NUMBERS.attempts),
    patience_seconds: wholeNumber(NUMBERS.patience_seconds),
    deadline_seconds: wholeNumber(NUMBERS.deadline_seconds),
    priority: wholeNumber(NUMBERS.priority),
    after_seconds: wholeNumber(NUMBERS.after_seconds),
    concurrency,
    rates: list(rate, MOST_RATES),
    tags: list(word, MOST_TAGS),
  },
  false,
);

/** `options` of a job, or all that is wrong with them. What asks for nothing is left out. */
export function readOptions(value: Json, path: string, problems: Problem[]): JobOptions | undefined {
  const read = options(value, path, problems);
  const said = Object.entries(read ?? {}).filter(
    ([name, one]) => !(one === 0 && name !== 'patience_seconds') && !(Array.isArray(one) && one.length === 0),
  );
  return said.length === 0 ? undefined : (Object.fromEntries(said) as JobOptions);
}

/** Whether a job waits in the store until it may begin, and is never begun by the message that asks for it. */
export function waitsInStore({ priority, after_seconds, concurrency: one, rates }: JobOptions = {}): boolean {
  return [priority, after_seconds, one, rates].some((asked) => asked !== undefined);
}

/** Of jobs that may begin, the one with the lowest goes first; take-due.ts of PostgreSQL says the same. */
export function rankOf(dueMs: number, { priority = 0 }: JobOptions = {}): number {
  return dueMs - priority * PRIORITY_STEP_MS;
}

/** Whether one more may begin after those that began at these times, the last one first. */
export function mayBegin(
  begun: readonly number[],
  { limit, per_seconds }: Pick<NonNullable<JobOptions['rates']>[number], 'limit' | 'per_seconds'>,
  nowMs: number,
): boolean {
  const before = begun[limit - 1];
  return before === undefined || before + per_seconds * 1_000 <= nowMs;
}

/** The policy of the worker as this job wants it. */
export function policyOf(
  policy: RetryPolicy,
  { attempts, patience_seconds: seconds }: JobOptions = {},
): RetryPolicy {
  const { maxAttempts, patienceMs, elsewhereMs } = policy;
  return {
    ...policy,
    maxAttempts: attempts ?? maxAttempts,
    patienceMs: seconds === undefined ? patienceMs : seconds * 1_000,
    // Where there is no other worker, none is waited for.
    elsewhereMs: seconds === undefined || elsewhereMs === 0 ? elsewhereMs : seconds * 1_000,
  };
}

/** As a part of the event of a job. */
export function optionsJson(asked: JobOptions): JsonObject {
  return asked as JsonObject;
}
