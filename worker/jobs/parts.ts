import type { Agent, Clock, EventStream, Queue } from '../ports.ts';
import type { Span, SpanFacts, Step } from '../telemetry.ts';
import type { Definitions } from '../assistant-store.ts';
import type { ModelRate } from '../job-options.ts';
import type { JobStore } from '../job-store.ts';
import type { Breakers } from './loop/breakers.ts';
import type { DueJobs } from './loop/due-jobs.ts';
import type { InHand } from './loop/in-hand.ts';
import type { LeaseKeeper } from './loop/lease-keeper.ts';
import type { Outbox } from './upkeep/outbox.ts';
import type { RetryPolicy } from './rules/retry.ts';

/** Things that happen to jobs and are counted. */
export type JobCounter =
  | 'received'
  | 'redelivered'
  | 'invalid'
  | 'conflict'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'retried'
  | 'parked'
  | 'drained'
  | 'resumed'
  | 'lease_lost'
  | 'dead_letter'
  | 'requeued'
  | 'pruned'
  | 'store_error'
  | 'stream_error'
  | 'stream_dropped'
  | 'webhook'
  | 'webhook_lost'
  | 'cron'
  | 'model_turn'
  | 'cron_skipped';

/** Counts what happens. */
export interface Meter {
  count(what: JobCounter, times?: number): void;
  /** Seconds that a job waited in the queue, or ran. */
  time(what: 'queue_wait' | 'job', seconds: number): void;
  /** A model was asked, or a tool run. */
  step(step: Step): void;
  /** A live event of this type was stored. */
  event(type: string): void;
  /** Jobs running now: +1 or −1. */
  running(change: 1 | -1): void;
}

/** The logger as the loop needs it; pino is one. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

/** Does some work inside a span that follows from the one of this traceparent. */
export type Trace = <T>(parent: string, facts: SpanFacts, work: (span: Span) => Promise<T>) => Promise<T>;

/** Numbers that the loop goes by. Times are milliseconds. */
export interface JobSettings {
  /** Names this worker in leases. */
  readonly owner: string;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly jobTimeoutMs: number;
  readonly retry: RetryPolicy;
  readonly retentionMs: number;
  /** How long a completed job keeps all its checkpoints, to be forked from. */
  readonly historyMs: number;
  /** First token of every subject. */
  readonly prefix: string;
  /** Whose the jobs are; part of every message id, as a stream may be shared with others. */
  readonly group: string;
  readonly publicUrl: string;
  /** How often models may be asked, by their names; as often as they like when absent. */
  readonly modelRates?: ReadonlyMap<string, ModelRate>;
}

/** Everything that runs jobs. What of it follows from the rest, complete-parts.ts makes. */
export interface Parts {
  readonly queue: Queue;
  readonly store: JobStore;
  readonly events: EventStream;
  readonly agent: Agent;
  readonly definitions: Definitions;
  readonly clock: Clock;
  readonly leases: LeaseKeeper;
  readonly outbox: Outbox;
  readonly breakers: Breakers;
  readonly inHand: InHand;
  readonly due: DueJobs;
  readonly meter: Meter;
  readonly log: Log;
  readonly trace: Trace;
  readonly settings: JobSettings;
  /** Blots secrets out of a text that leaves the worker. */
  readonly hide: (text: string) => string;
  /** Hears of each job that this worker finished. */
  readonly ended: (jobId: string) => void;
  /** Takes work that no slot waits for, but that the worker finishes before it goes. */
  readonly background: (work: Promise<unknown>) => void;
}
