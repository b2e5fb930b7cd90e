import type { JobOptions } from './job-options.ts';
import type { JsonObject } from './json.ts';
import type { Sources } from './sources.ts';
import type { Span, Step } from './telemetry.ts';

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
  /** By what it was found, where the publisher did not send it: `agent <name>`, or `thread`. */
  readonly definitionFrom?: string | undefined;
  readonly input: JsonObject;
  /** The thread whose state it goes on with; its own when there is none. */
  readonly thread?: string | undefined;
  /** What a client of the Agent Server asked for beside the input (agents/execution/run-options.ts). */
  readonly run?: JsonObject | undefined;
  readonly options?: JobOptions | undefined;
  /** W3C trace context of the event that asked for the job, or of the trace that starts with it. */
  readonly traceparent: string;
}

/**
 * Something a person watching the job wants to see, in the shape of the wire (event_type, data).
 * `on_llm_stream` carries at least `{message_id, node, content}`, all text: consecutive ones of the same message and node
 * are merged into one by joining `content`. `on_attempt`, `end` and `error` come from the loop, never from the agent:
 * `on_stream` carries `{event, data}`, a part of the stream that a client of the Agent Server asked for.
 * `on_attempt` opens each attempt but the first, also one that goes on after its worker was stopped, and takes back the text
 * that was streamed since the last `on_state_update`;
 * `on_llm_error` takes back that of one message.
 */
export interface JobEvent {
  readonly type:
    | 'on_attempt'
    | 'on_llm_stream'
    | 'on_llm_end'
    | 'on_llm_error'
    | 'on_state_update'
    | 'on_tool_start'
    | 'on_tool_end'
    | 'on_stream'
    | 'error'
    | 'end';
  readonly data: JsonObject;
}

/** What the loop lends to an agent for the time of one run. */
export interface AgentRun {
  /** Aborts at once: cancelled, timed out or lease lost. Its reason is a Failure. */
  readonly signal: AbortSignal;
  /** Asks to stop at the next step boundary, with a checkpoint. */
  readonly drain: AbortSignal;
  /** Called before the first event: the step of its thread that the run goes on with, or `input` when it begins with that. */
  begins(start: number | 'input'): void;
  /** Called with each event in order; never throws, never waits. */
  emit(event: JobEvent): void;
  /** Called after each step, for whoever measures them; never throws. */
  stepped(step: Step): void;
  readonly sources: Sources;
  /** The span of the job, of which its steps are parts. */
  readonly span: Span;
  /** Whose values the run may keep and find; those of nobody when undefined. */
  readonly tenant: string | undefined;
  /** Fencing token in whose name checkpoints are written: they are refused once the job has a higher one. */
  readonly token: number;
  /** 1 for the first. */
  readonly attempt: number;
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
  /** What a job depends on beside its worker, such as providers of models (jobs/rules/needs.ts): while it is away the job waits. */
  needs(definition: JsonObject): readonly string[];
  /** Throws Failure (jobs/failures.ts) when the job cannot be completed. */
  run(request: JobRequest, run: AgentRun): Promise<AgentOutcome>;
  /** Forgets the checkpoints of these finished jobs. */
  forget(jobIds: readonly string[]): Promise<void>;
}

/** A message to be published; its id is the `Nats-Msg-Id`, so that publishing it twice has the effect of once. */
export interface OutboxMessage {
  readonly id: string;
  /**
   * Only of the last events of a job, which go to its live stream: the lease in whose name they are added. The subject is then
   * the id of the job, the body a JSON list of events.
   */
  readonly token?: number;
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

/** A message that waits for a worker, looked at in its place. */
export type WaitingMessage = Omit<Delivery, 'handle' | 'done' | 'retry' | 'drop'>;

/** Messages that no worker has had in hand yet, in order. */
export interface Glimpse {
  readonly messages: readonly WaitingMessage[];
  /** The place of the last message that was looked at, of this kind or not: there are none before it that have not been. */
  readonly upTo: number;
  /** Whether there may be more after it. */
  readonly more: boolean;
}

/** Delivers job messages at least once, one for each free slot. */
export interface Queue {
  /** What the places of its messages are counted in: the name of its stream. */
  readonly source: string;
  /**
   * The next message, or undefined when none came in about `waitMs` or the signal fired. Throws when the queue cannot
   * be asked.
   */
  next(signal: AbortSignal, waitMs: number): Promise<Delivery | undefined>;
  /** Tells the queue that the message is still being worked on. */
  extend(handle: string): void;
  /** Returns once the message is stored. */
  publish(message: OutboxMessage): Promise<void>;
  /** How many messages no worker has had in hand yet. */
  backlog(): Promise<number>;
  /** Looks at such messages after a place, without taking them. */
  peek(after: number, limit: number): Promise<Glimpse>;
  /** Largest message it takes, headers included, in bytes. */
  maxPayload(): number;
  /** Throws, naming what is missing, unless jobs can be taken and results published. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** One live event with its place in the stream of its job. */
export interface StoredEvent {
  readonly id: string;
  readonly type: JobEvent['type'];
  readonly data: JsonObject;
}

/** Live events of running jobs, kept for a while. Losing them never fails a job. */
export interface EventStream {
  /**
   * Adds events in order, in the name of a lease: nothing after a later lease has added, nor after the `end` of this one.
   * Throws when they could not be stored.
   */
  append(jobId: string, events: readonly JobEvent[], token: number): Promise<void>;
  /** Up to `limit` events after the place, and whether events before them are missing. */
  read(jobId: string, after: string | undefined, limit: number): Promise<StreamPage>;
  /** Begins to listen to all events, or only for the `end`. Whoever watches first and then reads misses nothing. */
  watch(jobId: string, only?: 'end'): Watch;
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Somebody's watch over the live events of a job. It costs next to nothing while there are none. */
export interface Watch {
  /**
   * True when there may be something new since it was last true; false when the time is over or the signal fired. `after` is
   * the place of the last event that its reader has.
   */
  changed(after: string | undefined, waitMs: number, signal: AbortSignal): Promise<boolean>;
  /** Has it change once, now or when it is next waited for. */
  ring(): void;
  close(): void;
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

/** A checkpoint from which a thread can go on. */
export interface StoredCheckpoint {
  readonly checkpointId: string;
  /** The job that wrote it. */
  readonly jobId: string;
  /** Tokens of models that the job had used by then. */
  readonly tokens: number;
}
