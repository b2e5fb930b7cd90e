import type { Retried } from '../../job-store.ts';

/** Why a job is not tried again, in words. */
export const notRetried = {
  unfinished: 'it is not finished',
  completed: 'it is completed; a fork of it can go another way',
  malformed: 'it never was a job; publish it again under the same id, corrected',
  unknown: 'there is none of this id',
} as const satisfies Readonly<Record<Exclude<Retried, 'retried'>, string>>;
