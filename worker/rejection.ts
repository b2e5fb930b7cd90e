import type { JobError, NewJob } from './job-store.ts';
import type { OutboxMessage } from './ports.ts';

/** A job that failed before it could be read: its `request` is empty, its hash names the message; one that can be read replaces it. */
export interface FailedJob {
  readonly job: NewJob;
  readonly error: JobError;
  readonly messages: readonly OutboxMessage[];
}

/** A message that cannot become a job. */
export interface Rejection {
  /** What people look at later. */
  readonly letter: OutboxMessage;
  /** The job that it names, which has failed unless there is one of that id. */
  readonly failed: FailedJob | undefined;
  /** What its publisher is told when no job failed with it. */
  readonly refusal: OutboxMessage;
}

/** `known`: the same message was rejected before, and nothing is said again. */
export type Rejected = 'failed' | 'refused' | 'known';
