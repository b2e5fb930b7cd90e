import type { JobStatus } from './job-store.ts';

/** Which jobs are meant: those for which all that is given holds. */
export interface JobFilter {
  readonly statuses?: readonly JobStatus[] | undefined;
  /** Code of the error of those that failed or were cancelled. */
  readonly code?: string | undefined;
  readonly agent?: string | undefined;
  readonly tenant?: string | undefined;
  readonly tag?: string | undefined;
  /** A part of the id, of the trace id, of what the job was asked for, or of its error, whatever the case of its letters. */
  readonly text?: string | undefined;
  /** Asked for longer ago than this. */
  readonly olderMs?: number | undefined;
  /** Asked for since. */
  readonly youngerMs?: number | undefined;
}

/** So many jobs of a status are counted; where there are more, the number is this one. */
export const MOST_COUNTED = 100_000;

/** Jobs of one status; of those that failed or were cancelled, with one code. */
export interface JobCount {
  readonly status: JobStatus;
  readonly code: string | undefined;
  readonly jobs: number;
}
