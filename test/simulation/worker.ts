import type { MemoryQueue } from '../../worker/adapters/memory/queue.ts';
import type { JobStore } from '../../worker/job-store.ts';
import { background } from '../../worker/jobs/background.ts';
import { completeParts } from '../../worker/jobs/complete-parts.ts';
import { noDefinitions } from '../../worker/jobs/agents/definitions.ts';
import { Breakers } from '../../worker/jobs/loop/breakers.ts';
import { leaseKeeper, timerHeartbeats } from '../../worker/jobs/loop/lease-keeper.ts';
import { liveness } from '../../worker/jobs/liveness.ts';
import type { JobSettings } from '../../worker/jobs/parts.ts';
import { runJobs } from '../../worker/jobs/loop/run-jobs.ts';
import { noTracing } from '../../worker/observability/tracing.ts';
import type { Agent, EventStream } from '../../worker/ports.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { eventsOver, queueOver, storeOver, wire } from './wire.ts';
import type { Condition, Fault, Servers } from './wire.ts';
import { silentLog } from '../worker/silent-log.ts';

/** What the workers of a simulation have in common. */
export interface Shared {
  readonly clock: VirtualClock;
  readonly queue: MemoryQueue;
  readonly store: JobStore;
  readonly events: EventStream;
  readonly servers: Servers;
  readonly happened: (fault: Fault) => void;
}

/** A worker that runs. */
export interface SimulatedWorker {
  readonly condition: Condition;
  readonly breakers: Breakers;
  stop(): void;
}

/** A worker that has not begun, as its agent sees it. */
export interface Begun {
  readonly condition: Condition;
  readonly call: ReturnType<typeof wire>;
}

/** Times are milliseconds. */
export interface WorkerSettings {
  readonly owner: string;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly patienceMs: number;
}

/** One worker, with the loop that `serve` runs. */
export function startWorker(
  shared: Shared,
  { owner, concurrency, leaseMs, patienceMs }: WorkerSettings,
  agentOf: (begun: Begun) => Agent,
): SimulatedWorker {
  const { clock, servers, happened } = shared;
  const condition: Condition = { dead: false, frozenUntil: 0 };
  const call = wire(clock, condition, servers, happened);
  const [store, queue, events] = [
    storeOver(call, shared.store),
    queueOver(call, shared.queue),
    eventsOver(call, shared.events),
  ];
  const settings: JobSettings = {
    owner,
    concurrency,
    leaseMs,
    jobTimeoutMs: 600_000,
    retry: {
      maxAttempts: 50,
      maxCrashes: 50,
      baseMs: 500,
      maxMs: 5_000,
      patienceMs,
      elsewhereMs: patienceMs,
    },
    retentionMs: 10 * patienceMs,
    historyMs: 10 * patienceMs,
    prefix: 'agent',
    group: 'agent-executor-workers',
    publicUrl: '',
  };
  const breakers = new Breakers(clock, settings.retry);
  const tail = background();
  const parts = completeParts(
    {
      queue,
      store,
      events,
      definitions: noDefinitions,
      agent: agentOf({ condition, call }),
      clock,
      leases: leaseKeeper(
        clock,
        { leaseMs, keepMs: 600_000 },
        timerHeartbeats(clock, store, queue, leaseMs, () => {}),
      ),
      breakers,
      meter: { count: () => {}, time: () => {}, step: () => {}, event: () => {}, running: () => {} },
      log: silentLog,
      trace: noTracing.trace,
      settings,
      hide: (text) => text,
      ended: () => {},
      background: (work) => tail.add(work),
    },
    () => {},
  );
  const [drain, now] = [new AbortController(), new AbortController()];
  void runJobs(parts, liveness(clock), { drain: drain.signal, now: now.signal });
  return { condition, breakers, stop: () => drain.abort() };
}
