import type { JsonObject } from './json.ts';

/** One thing that is wrong with an input: where, and what would be right. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** One accepted job: what to run and for whom. */
export interface JobRequest {
  readonly jobId: string;
  /** The publisher's own correlation id; any text. */
  readonly traceId: string;
  readonly definition: JsonObject;
  readonly input: JsonObject;
  /** W3C trace context of the event that asked for the job. */
  readonly traceparent: string | undefined;
}

/**
 * Something a person watching the job wants to see, in the shape of the wire (event_type, data).
 * `on_llm_stream` carries at least `{message_id, node, content}`, all text: consecutive ones of the same message and node
 * are merged into one by joining `content`. `end` and `error` come from the loop, never from the agent.
 */
export interface JobEvent {
  readonly type: 'on_llm_stream' | 'on_state_update' | 'on_tool_start' | 'on_tool_end' | 'error' | 'end';
  readonly data: JsonObject;
}

/** One call of a model that was answered, or of a tool that ended. */
export type Step =
  | {
      readonly kind: 'model';
      readonly seconds: number;
      /** As the definition names it. */
      readonly model: string;
      readonly tokens: { readonly input: number; readonly output: number };
      /** Why it stopped, in its server's word; `unknown` when it does not say. */
      readonly finishReason: string;
    }
  | { readonly kind: 'tool'; readonly seconds: number };

/** What the loop lends to an agent for the time of one run. */
export interface AgentRun {
  /** Aborts at once: cancelled, timed out or lease lost. Its reason is a Failure. */
  readonly signal: AbortSignal;
  /** Asks to stop at the next step boundary, with a checkpoint. */
  readonly drain: AbortSignal;
  /** Called with each event in order; never throws, never waits. */
  emit(event: JobEvent): void;
  /** Called after each step, for whoever measures them; never throws. */
  stepped(step: Step): void;
  /**
   * Throws LEASE_LOST when the lease has run out by this worker's own clock. Asked before each checkpoint is written, so that
   * a worker that was frozen and woke up cannot write over its successor's.
   */
  assertHeld(): void;
}

/** How a run ended that did not fail. */
export type AgentOutcome =
  | {
      readonly kind: 'completed';
      /** `{output, status: "completed", finish_reason?, usage, files?, todos?}`, as the completed event carries it. */
      readonly result: JsonObject;
      /** Whether the run went on from a checkpoint of an earlier attempt. */
      readonly resumed: boolean;
    }
  | { readonly kind: 'drained' };

/** Runs one job from its last checkpoint, or from the start, to its end. */
export interface Agent {
  /** All that is wrong with a definition, with precise paths; empty when it can run here. */
  check(definition: JsonObject): readonly Problem[];
  /** Throws Failure (jobs/failures.ts) when the job cannot be completed. */
  run(request: JobRequest, run: AgentRun): Promise<AgentOutcome>;
  /** Forgets the checkpoints of these finished jobs. */
  forget(jobIds: readonly string[]): Promise<void>;
}

/** A message to be published; its id is the `Nats-Msg-Id`, so that publishing it twice has the effect of once. */
export interface OutboxMessage {
  readonly id: string;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** One message in hand. Exactly one of `done`, `retry` and `drop` is called; each is a hint that may be lost. */
export interface Delivery {
  /** Where the message is kept, the same for each delivery of it. */
  readonly id: string;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** 1 for the first delivery. */
  readonly deliveries: number;
  /** When it was published, in milliseconds since 1970 by the clock of the queue. */
  readonly publishedAt: number;
  /** What `Queue.extend` takes, from any thread. */
  readonly handle: string;
  done(): void;
  retry(afterMs: number): void;
  drop(reason: string): void;
}

/** Delivers job messages at least once, one for each free slot. */
export interface Queue {
  /** The next message, or undefined when none came in a while or the signal fired. Throws when the queue cannot be asked. */
  next(signal: AbortSignal): Promise<Delivery | undefined>;
  /** Tells the queue that the message is still being worked on. */
  extend(handle: string): void;
  /** Returns once the message is stored. */
  publish(message: OutboxMessage): Promise<void>;
  /** Messages that no worker has had in hand yet. */
  backlog(): Promise<number>;
  /** Largest message it takes, headers included, in bytes. */
  maxPayload(): number;
  /** Throws, naming what is missing, unless jobs can be taken and results published. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** What the store is told of a job when it first hears of it. */
export interface NewJob {
  readonly jobId: string;
  readonly traceId: string;
  readonly traceparent: string | undefined;
  /** Same for the same definition and input. */
  readonly payloadHash: string;
  /** The event, to be published again should its message get lost. */
  readonly request: string;
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

export type Claim =
  | {
      readonly kind: 'claimed';
      readonly lease: Lease;
      /** 1 for the first attempt; one that was drained does not count. */
      readonly attempt: number;
      readonly cancelRequested: boolean;
      readonly lastError: JobError | undefined;
    }
  /** Another worker holds it, or its next attempt is not due. */
  | { readonly kind: 'held'; readonly waitMs: number }
  | { readonly kind: 'finished' }
  | { readonly kind: 'conflict' };

export type Acceptance = 'accepted' | 'known' | 'conflict';

/** How a job ended. */
export type JobEnd =
  | { readonly status: 'completed'; readonly result: JsonObject }
  | { readonly status: 'failed' | 'cancelled'; readonly error: JobError };

/** All that is known of a job. Times are ISO 8601. */
export interface JobRecord {
  readonly jobId: string;
  readonly traceId: string;
  readonly traceparent: string | undefined;
  readonly status: JobStatus;
  readonly attempts: number;
  readonly result: JsonObject | undefined;
  readonly error: JobError | undefined;
  readonly cancelRequested: boolean;
  readonly createdAt: string;
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
}

/** The answer for one lease: undefined tokens never appear, each lease asked about is answered once. */
export interface Renewal {
  readonly jobId: string;
  readonly token: number;
  readonly held: boolean;
  readonly cancelRequested: boolean;
}

/** Keeps every job and every message that is still to be sent. All times are those of its own clock. */
export interface JobStore {
  /** Records a job that waits for a worker, together with the message that calls for one. */
  accept(job: NewJob, message: OutboxMessage): Promise<Acceptance>;
  /** Takes the job for an attempt, or says why not. */
  claim(job: NewJob, owner: string, leaseMs: number): Promise<Claim>;
  renew(leases: readonly Lease[], leaseMs: number): Promise<readonly Renewal[]>;
  /** Records the end together with its messages; false when the lease is another's. Safe to repeat. */
  finish(lease: Lease, end: JobEnd, messages: readonly OutboxMessage[]): Promise<boolean>;
  /** Gives the job back for another attempt; `counts` false undoes the attempt. */
  release(lease: Lease, delayMs: number, counts: boolean, error: JobError | undefined): Promise<boolean>;
  /**
   * Keeps messages about a message that is no job; with a job, records it as failed together with its messages, unless there is
   * one of that id. Gives whether it did.
   */
  reject(messages: readonly OutboxMessage[], failed?: FailedJob): Promise<boolean>;
  /** Ends a job that waits, with its messages, or asks the worker that runs it to. */
  cancel(jobId: string, error: JobError, messages: readonly OutboxMessage[]): Promise<Cancellation>;
  read(jobId: string): Promise<JobRecord | undefined>;
  /** Those of the jobs that are finished. */
  finished(jobIds: readonly string[]): Promise<readonly string[]>;
  /** Messages that nobody has sent in time; for the next `holdMs` they are this caller's to send. */
  takeUnsent(limit: number, holdMs: number): Promise<readonly OutboxMessage[]>;
  /** Forgets messages that are sent. */
  sent(ids: readonly string[]): Promise<void>;
  /** Puts jobs back in the queue that have had no worker and no message for `graceMs`; gives their ids. */
  requeue(graceMs: number, untouchedToo: boolean, limit: number, subject: string): Promise<readonly string[]>;
  /** Jobs that were finished longer ago than `ageMs`. */
  expired(ageMs: number, limit: number): Promise<readonly string[]>;
  remove(jobIds: readonly string[]): Promise<void>;
  outbox(): Promise<{ readonly pending: number; readonly oldestMs: number }>;
  /** Throws, naming what is wrong, unless the store answers and its tables are those of this worker. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** A job that failed before it could be read as one. */
export interface FailedJob {
  readonly job: NewJob;
  readonly error: JobError;
  readonly messages: readonly OutboxMessage[];
}

export type Cancellation = 'cancelled' | 'requested' | 'finished' | 'unknown';

/** One live event with its place in the stream of its job. */
export interface StoredEvent {
  readonly id: string;
  readonly type: JobEvent['type'];
  readonly data: JsonObject;
}

/** Live events of running jobs, kept for a while. Losing them never fails a job. */
export interface EventStream {
  /** Adds events in order. After the first `end` nothing is added. Throws when they could not be stored. */
  append(jobId: string, events: readonly JobEvent[]): Promise<void>;
  /** Up to `limit` events after the place, and whether events before them are missing. */
  read(jobId: string, after: string | undefined, limit: number): Promise<StreamPage>;
  /** Returns when there may be something new, when the signal fires, or after a while. */
  changed(jobId: string, signal: AbortSignal): Promise<void>;
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface StreamPage {
  readonly events: readonly StoredEvent[];
  readonly gap: boolean;
}

/** Time as the loop needs it. `monotonic` never jumps, is shared by the threads of a process, and counts milliseconds. */
export interface Clock {
  monotonic(): number;
  wall(): Date;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** In [0, 1). */
  random(): number;
}
