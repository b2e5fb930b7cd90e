import type { AssistantStore, FileAgents } from '../assistant-store.ts';
import type { Liveness } from '../jobs/liveness.ts';
import type { DeadLetters } from '../jobs/manage/replay-letter.ts';
import type { ItemStore } from '../item-store.ts';
import type { Log, Parts } from '../jobs/parts.ts';
import type { Webhooks } from '../jobs/upkeep/call-webhooks.ts';
import type { Waiting } from '../jobs/waiting.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Clock } from '../ports.ts';
import type { ThreadStates } from '../thread-states.ts';
import type { AskedCrons, AskedJobs, AskedThreads } from '../asked-stores.ts';
import type { Readiness } from '../observability/readiness.ts';
import type { Identify } from '../caller.ts';
import type { Origins } from './cors.ts';

/** Of what runs jobs, the part that requests are answered with. */
interface Answering extends Pick<
  Parts,
  | 'queue'
  | 'agent'
  | 'definitions'
  | 'outbox'
  | 'clock'
  | 'settings'
  | 'meter'
  | 'log'
  | 'ended'
  | 'background'
  | 'breakers'
  | 'due'
  | 'events'
> {
  readonly store: AskedJobs;
}

/** The agents of files, and those that clients make. */
export interface Agents {
  readonly files: FileAgents;
  readonly assistants: AssistantStore;
}

/** What the handlers answer from, as the caller of a request sees it. */
export interface Service {
  readonly parts: Answering;
  readonly liveness: Liveness;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly waiting: Waiting;
  /** As `waiting`, of jobs whose live events tell their end unless they are lost. */
  readonly watched: Waiting;
  /** Makes jobs known whose messages still wait: they are nobody's but the operators', whoever looks. */
  readonly noteWaiting: () => Promise<void>;
  readonly threads: AskedThreads;
  readonly crons: AskedCrons;
  readonly letters: DeadLetters;
  /** Agents that have names. */
  readonly agents: Agents;
  /** What clients keep beside their threads. */
  readonly items: ItemStore;
  /** What agents have made of threads. */
  readonly states: ThreadStates;
  /** Calls clients whose runs have ended; undefined where none is called. */
  readonly webhooks: Webhooks | undefined;
  readonly maxRequestBytes: number;
  /** Fires when the worker stops: whoever waits is told to come back. */
  readonly stopping: AbortSignal;
}

/** Where requests come in: who may, and what each caller sees. */
export interface Door extends Pick<Service, 'maxRequestBytes' | 'metrics'> {
  readonly identify: Identify;
  /** What a tenant sees; all of it for an operator, who is none. */
  readonly serviceOf: (tenant: string | undefined) => Service;
  /** Whose pages may call from a browser. */
  readonly origins: Origins;
  /** The only names by which it may be called; any when undefined. */
  readonly hosts: readonly string[] | undefined;
  readonly log: Log;
  readonly clock: Clock;
}
