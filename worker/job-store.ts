import type { JobCount, JobFilter } from './job-filter.ts';
import type { JsonObject } from './json.ts';
import type { JobOptions, Rate } from './job-options.ts';
import type { OutboxMessage, StoredCheckpoint } from './ports.ts';
import type { Rejected, Rejection } from './rejection.ts';

/** What the store is told of a job when it first hears of it. */
export interface NewJob {
  readonly jobId: string;
  readonly traceId: string;
  readonly traceparent: string;
  /** Same for the same definition and input. */
  readonly payloadHash: string;
  /** The event, from which the job is run when it waits in the store. */
  readonly request: string;
  /** What the agent depends on (`Agent.needs`). */
  readonly needs: readonly string[];
  /** Name of its definition; empty when it has none. */
  readonly agent: string;
  /** The start of what it was asked for, by which people find it. */
  readonly about: string;
  readonly options?: JobOptions | undefined;
  /** The thread that it goes on with, if not its own: its jobs run one after the other, and are never claimed by a message. */
  readonly thread?: string | undefined;
  /** Who asks for it over HTTP; absent for an operator, and for publishers. On a thread it belongs to whom the thread does. */
  readonly tenant?: string | undefined;
}

/** A job whose message waits for a worker. */
export interface NotedJob extends NewJob {
  /** When it was asked for, in milliseconds since 1970. */
  readonly publishedAt: number;
}

export type JobStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

/** Why a job failed, as the failed event carries it. */
export interface JobError {
  readonly code: string;
  readonly message: string;
}

/** The right to finish a job. A later claim has a higher token, and only the highest one counts. */
export interface Lease {
  readonly jobId: string;
  readonly token: number;
}

/** What a job has been through since its last checkpoint. */
export interface JobTrouble {
  /** Failures that count. */
  readonly failures: number;
  /** Leases that ran out with the job in hand. */
  readonly crashes: number;
  /** Milliseconds since something that it needs was found to be away; 0 when nothing was. */
  readonly awayMs: number;
}

/** After so many crashes without a checkpoint a job is suspected of causing them, and is given only to a worker that has no other. */
export const SUSPECT_CRASHES = 2;

export type ClaimResult =
  | {
      readonly kind: 'claimed';
      readonly lease: Lease;
      /** 1 for the first attempt; one that was drained does not count. */
      readonly attempt: number;
      /** Whose it is; undefined where it is nobody's but the operators'. */
      readonly tenant: string | undefined;
      readonly trouble: JobTrouble;
      readonly cancelRequested: boolean;
      readonly lastError: JobError | undefined;
      /** Milliseconds until it has to be through; undefined when it may take as long as it likes. */
      readonly deadlineMs: number | undefined;
    }
  /** Another worker holds it, or its next attempt is not due; with `waitsHere` the store calls for it, and no message has to. */
  | { readonly kind: 'held'; readonly waitMs: number; readonly waitsHere: boolean }
  /** It may run only alone (SUSPECT_CRASHES). */
  | { readonly kind: 'suspect' }
  | { readonly kind: 'finished' }
  | { readonly kind: 'conflict' };

/** A job that the store gave to a worker without a message. */
export interface DueJob {
  readonly claim: Extract<ClaimResult, { kind: 'claimed' }>;
  /** The event (`NewJob.request`). */
  readonly request: string;
}

/** What a worker is told that asks the store for work. */
export interface DueAnswer {
  readonly job: DueJob | undefined;
  /** Milliseconds until the next one is due; undefined when none waits. */
  readonly nextMs: number | undefined;
  /** Whether one is due that may run only alone. */
  readonly suspects: boolean;
}

/** What a worker says of itself when it asks for work. */
export interface Taker {
  readonly owner: string;
  readonly leaseMs: number;
  /** What it cannot use now, as `Agent.needs` names it. */
  readonly blocked: readonly string[];
  /** Whether it has nothing else in hand, and may be given a job that runs alone. */
  readonly alone: boolean;
}

/** How a job is given back. */
export interface Release {
  readonly delayMs: number;
  /** `nothing` undoes the attempt. */
  readonly counts: 'attempt' | 'time' | 'nothing';
  /** Whether the job waits in the store from now on, with no message that calls for it. */
  readonly waitsHere: boolean;
  readonly error: JobError | undefined;
}

export type Acceptance = 'accepted' | 'known' | 'conflict';

/** How a job ended. */
export type JobEnd =
  | { readonly status: 'completed'; readonly result: JsonObject }
  | { readonly status: 'failed' | 'cancelled'; readonly error: JobError };

/** What a list says of a job. Times are ISO 8601. */
export interface JobSummary {
  readonly jobId: string;
  readonly traceId: string;
  readonly traceparent: string;
  /** Whose it is; absent where it is nobody's but the operators'. */
  readonly tenant: string | undefined;
  readonly agent: string;
  readonly about: string;
  readonly status: JobStatus;
  readonly attempts: number;
  /** Of the lease that it had last. */
  readonly token: number;
  /** Of its end, or of its last attempt. */
  readonly error: JobError | undefined;
  readonly cancelRequested: boolean;
  /** It has ended with a question, and no later job of its thread has answered: a person is waited for. */
  readonly asks: boolean;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
  /** When the next attempt of a job that waits may begin. */
  readonly dueAt: string | undefined;
}

/** All that is known of a job. */
export interface JobRecord extends JobSummary {
  readonly result: JsonObject | undefined;
}

/** The answer for one lease: each lease asked about is answered once. */
export interface Renewal {
  readonly jobId: string;
  readonly token: number;
  readonly held: boolean;
  /** False when the job is held but somebody had its row locked: it could not be renewed this time. */
  readonly renewed: boolean;
  readonly cancelRequested: boolean;
}

/**
 * Keeps every job and every message that is still to be sent, of one group: what others keep in the same place is neither seen
 * nor touched, and an id that is theirs is a conflict. All times are those of its own clock.
 */
export interface JobStore {
  /** Records a job that waits for a worker, together with the message that calls for one. */
  accept(job: NewJob, message: OutboxMessage): Promise<Acceptance>;
  /** Records a job that waits in the store, with no message that calls for it; one that is known waits there from now on. */
  park(job: NewJob): Promise<Acceptance>;
  /** Takes the job of a message for an attempt, or says why not. */
  claim(job: NewJob, owner: string, leaseMs: number): Promise<ClaimResult>;
  /**
   * Takes one of the jobs that wait in the store and may begin: the one with the lowest rank (jobs/rules/options.ts). What it says of
   * how many of its key run at once, and begin in a time, holds over all workers.
   */
  takeDue(taker: Taker): Promise<DueAnswer>;
  /** Keeps the next time of a rate, which is none of jobs, for the caller; gives milliseconds until then. */
  takeTurn(rate: Rate): Promise<number>;
  renew(leases: readonly Lease[], leaseMs: number): Promise<readonly Renewal[]>;
  /** Records the end together with its messages; false when the lease is another's. Safe to repeat. */
  finish(lease: Lease, end: JobEnd, messages: readonly OutboxMessage[]): Promise<boolean>;
  /** Gives the job back for another attempt. False when the lease is another's. */
  release(lease: Lease, how: Release): Promise<boolean>;
  /** Keeps what is said of a message that is not taken. */
  reject(rejection: Rejection): Promise<Rejected>;
  /** Ends a job that waits and had this token last, with its messages, or asks the worker that runs it to. */
  cancel(
    jobId: string,
    token: number,
    error: JobError,
    messages: readonly OutboxMessage[],
  ): Promise<Cancellation>;
  /** Jobs that have no worker and were to be through by now. */
  overdue(limit: number): Promise<readonly JobSummary[]>;
  /** Ends such a job, whose lease was this one last, with its messages; false when a worker has it by now. */
  endOverdue(last: Lease, error: JobError, messages: readonly OutboxMessage[]): Promise<boolean>;
  /** Lets a job that failed or was cancelled wait in the store again; what it has been through is forgiven. */
  retry(jobId: string): Promise<Retried>;
  read(jobId: string): Promise<JobRecord | undefined>;
  /** The event of a job that can be run again; undefined when there is none. */
  request(jobId: string): Promise<string | undefined>;
  /** Checkpoints of the thread of a job, the newest first. */
  checkpoints(jobId: string, limit: number): Promise<readonly StoredCheckpoint[]>;
  /** The newest first; those after the job `after`, when it is given. A text is looked for in the newest MOST_COUNTED of the others. */
  list(filter: JobFilter, limit: number, after?: string): Promise<readonly JobSummary[]>;
  counts(filter: JobFilter): Promise<readonly JobCount[]>;
  /** Those of the jobs that are finished. */
  finished(jobIds: readonly string[]): Promise<readonly string[]>;
  /** Messages that nobody has sent in time; for the next `holdMs` they are this caller's to send. */
  takeUnsent(limit: number, holdMs: number): Promise<readonly OutboxMessage[]>;
  /** Forgets messages that are sent. */
  sent(ids: readonly string[]): Promise<void>;
  /**
   * Lets jobs wait in the store that have had no worker and no message for `graceMs`; gives their ids. Of those that no worker
   * has had yet, the ones that were asked for before `untouchedBefore` (milliseconds since 1970).
   */
  adopt(graceMs: number, untouchedBefore: number, limit: number): Promise<readonly string[]>;
  /** The place up to which the waiting messages of a source are noted; undefined while another caller is at it, for `holdMs` at most. */
  beginNoting(source: string, holdMs: number): Promise<number | undefined>;
  /** Records jobs whose messages wait, up to this place, and ends what began. Gives the ids that belong to other jobs. */
  note(source: string, upTo: number, jobs: readonly NotedJob[]): Promise<readonly string[]>;
  /** Jobs that were finished longer ago than `ageMs`. */
  expired(ageMs: number, limit: number): Promise<readonly string[]>;
  /** Drops all but the last checkpoint of a job that completed longer ago than `ageMs`; false when there is none. */
  thin(ageMs: number): Promise<boolean>;
  remove(jobIds: readonly string[]): Promise<void>;
  /** How many unfinished jobs of other groups the store has, by group: they are not touched. */
  others(): Promise<Readonly<Record<string, number>>>;
  outbox(): Promise<{ readonly pending: number; readonly oldestMs: number }>;
  /** Throws, naming what is wrong, unless the store answers and its tables are those of this worker. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** `changed`: the job has another token by now. */
export type Cancellation = 'cancelled' | 'requested' | 'finished' | 'changed' | 'unknown';

/** Why a job is not tried again: it is not through, it is completed, or it never was one. */
export type Retried = 'retried' | 'unfinished' | 'completed' | 'malformed' | 'unknown';
