import type { CronTurn } from './cron-store.ts';
import type { JsonObject } from './json.ts';
import type { JobStatus, NewJob } from './job-store.ts';
import type { OutboxMessage } from './ports.ts';

/** What a part of the stream of a run is about. */
export const STREAM_MODES = [
  'values',
  'updates',
  'messages',
  'messages-tuple',
  'custom',
  'events',
  'debug',
  'tasks',
  'checkpoints',
  'tools',
] as const;

export type StreamMode = (typeof STREAM_MODES)[number];

/** What a thread does: a job of it is not through; a person has to answer; its last job failed; or nothing of these. */
export type ThreadStatus = 'idle' | 'busy' | 'interrupted' | 'error';

/** All that is known of a thread but its state. Times are ISO 8601. */
export interface ThreadRecord {
  readonly threadId: string;
  /** Whose it is; absent where it is nobody's but the operators'. */
  readonly tenant: string | undefined;
  readonly metadata: JsonObject;
  readonly status: ThreadStatus;
  /** Of the job that was asked for last, by which its state is read. */
  readonly definition: JsonObject | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a client of the Agent Server asked for, as it is shown again. */
export interface RunFacts {
  readonly assistantId: string;
  readonly metadata: JsonObject;
  readonly kwargs: JsonObject;
  readonly multitaskStrategy: string;
}

/** A job of a thread, as a run. */
export interface RunRecord extends RunFacts {
  readonly runId: string;
  readonly threadId: string;
  readonly tenant: string | undefined;
  readonly status: JobStatus;
  /** Code of the error that it failed with. */
  readonly code: string | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A run that is asked for. */
export interface NewRun {
  readonly job: NewJob & { readonly thread: string };
  readonly message: OutboxMessage;
  readonly facts: RunFacts;
  readonly definition: JsonObject;
  /** Makes the thread when there is none, with this; undefined refuses. */
  readonly create: { readonly temporary: boolean } | undefined;
  /** Added to the metadata of the thread. */
  readonly threadMetadata: JsonObject;
  /** Refuses when a job of the thread is not through. One that does not is refused while another of its cron waits. */
  readonly alone: boolean;
  readonly delayMs: number;
  /** Who is called once it has ended. */
  readonly webhook?: string | undefined;
  /** The due time of a cron that it is put for: the cron moves on with it. */
  readonly turn?: CronTurn | undefined;
}

/** A run that has ended, whose client wants to be called. */
export interface DueWebhook {
  readonly run: RunRecord;
  readonly url: string;
  /** Milliseconds since the run ended. */
  readonly ageMs: number;
}

/** A question that nobody has answered in time. */
export interface DueQuestion {
  readonly jobId: string;
  /** The event of its job. */
  readonly request: string;
  readonly result: JsonObject;
}

export type PutRun =
  | { readonly kind: 'put'; readonly run: RunRecord }
  /** These are not through. */
  | { readonly kind: 'busy'; readonly jobIds: readonly string[] }
  | { readonly kind: 'unknown' }
  /** Its cron has moved on, or is gone. */
  | { readonly kind: 'passed' }
  /** The run before it of its cron has yet to begin. */
  | { readonly kind: 'crowded' };

/** Which threads are meant: those for which all that is given holds. */
export interface ThreadFilter {
  readonly ids?: readonly string[] | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly status?: ThreadStatus | undefined;
  readonly tenant?: string | undefined;
}

export interface ThreadPage {
  readonly limit: number;
  readonly offset: number;
  readonly sortBy: 'thread_id' | 'status' | 'created_at' | 'updated_at';
  readonly descending: boolean;
}

/** Keeps threads, and what of jobs concerns them, of one group: those of others are not there. */
export interface ThreadStore {
  /** False when there is one of that id. */
  create(threadId: string, metadata: JsonObject, tenant?: string): Promise<boolean>;
  read(threadId: string): Promise<ThreadRecord | undefined>;
  search(filter: ThreadFilter, page: ThreadPage): Promise<readonly ThreadRecord[]>;
  count(filter: ThreadFilter): Promise<number>;
  /** Adds to the metadata; false when there is no such thread. */
  patch(threadId: string, metadata: JsonObject): Promise<boolean>;
  /** Forgets the thread, its state and its jobs, unless one is not through. */
  remove(threadId: string): Promise<'removed' | 'busy' | 'unknown'>;
  /** Makes a thread with the state and the metadata of another; false when there is no such thread. */
  copy(from: string, to: string): Promise<boolean>;
  /** Keeps jobs of the thread from beginning for a while, unless one is not through. */
  hold(threadId: string, holdMs: number): Promise<'held' | 'busy' | 'unknown'>;
  letGo(threadId: string): Promise<void>;
  putRun(run: NewRun): Promise<PutRun>;
  readRun(threadId: string | undefined, runId: string): Promise<RunRecord | undefined>;
  /** The job that came next on the thread of this one; those that were refused have changed nothing on it. Undefined when there is none. */
  nextJob(jobId: string): Promise<string | undefined>;
  /** The newest first. */
  listRuns(threadId: string, limit: number, offset: number): Promise<readonly RunRecord[]>;
  /**
   * Runs that have ended and whose clients are to be called. For `holdMs` they are this caller's to call, and longer the older they
   * are: for as long again as since their end, up to an hour.
   */
  takeWebhooks(limit: number, holdMs: number): Promise<readonly DueWebhook[]>;
  /** The client of the run is not to be called any more. */
  closeWebhook(runId: string): Promise<void>;
  /** Jobs whose question nobody has answered in time, and which are this caller's to answer for `holdMs`. */
  takeQuestions(limit: number, holdMs: number): Promise<readonly DueQuestion[]>;
  /** The question of the job is not to be answered any more. */
  closeQuestion(jobId: string): Promise<void>;
  /** Forgets a run, and with `state` what it has made of the thread, unless it is not through. */
  removeRun(threadId: string, runId: string, state: boolean): Promise<'removed' | 'busy' | 'unknown'>;
}
