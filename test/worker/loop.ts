import { systemClock } from '../../worker/adapters/clock.ts';
import { memoryEvents } from '../../worker/adapters/memory/events.ts';
import { memoryQueue } from '../../worker/adapters/memory/queue.ts';
import type { MemoryQueue } from '../../worker/adapters/memory/queue.ts';
import { memoryStore } from '../../worker/adapters/memory/store.ts';
import { noDefinitions } from '../../worker/jobs/agents/definitions.ts';
import { background } from '../../worker/jobs/background.ts';
import { completeParts } from '../../worker/jobs/complete-parts.ts';
import { leaseKeeper, timerHeartbeats } from '../../worker/jobs/loop/lease-keeper.ts';
import { Breakers } from '../../worker/jobs/loop/breakers.ts';
import type { JobCounter, JobSettings, Log, Parts } from '../../worker/jobs/parts.ts';
import { liveness } from '../../worker/jobs/liveness.ts';
import type { RetryPolicy } from '../../worker/jobs/rules/retry.ts';
import { runJobs } from '../../worker/jobs/loop/run-jobs.ts';
import { isJsonObject, parseJson } from '../../worker/json.ts';
import type { JsonObject } from '../../worker/json.ts';
import type { Agent, EventStream } from '../../worker/ports.ts';
import type { JobStore } from '../../worker/job-store.ts';
import { noTracing } from '../../worker/observability/tracing.ts';
import { until } from '../engine/until.ts';
import { silentLog } from './silent-log.ts';

const LEASE_MS = 300;

/** Short waits, as tests wait for them. */
export const retry: RetryPolicy = {
  maxAttempts: 3,
  maxCrashes: 4,
  baseMs: 1,
  maxMs: 10,
  patienceMs: 300,
  elsewhereMs: 300,
};

/** The loop on memory adapters, any of which a test may put something in front of. */
export interface Loop {
  readonly parts: Parts;
  readonly queue: MemoryQueue;
  readonly counts: ReadonlyMap<JobCounter, number>;
  readonly publish: (jobId: string, more?: JsonObject) => Promise<void>;
  /** Publishes bytes that may be anything. */
  readonly publishRaw: (id: string, body: string) => Promise<void>;
  /** Data of the result event of a job, as soon as there is one. */
  readonly result: (jobId: string) => Promise<JsonObject>;
  /** Bodies of all messages published on a subject that ends like this. */
  readonly published: (suffix: string) => readonly string[];
  /** What the stream of a job holds. */
  readonly types: (jobId: string) => Promise<readonly string[]>;
  /** Asks for a checkpoint; with `now` does not wait for one. Resolves when the loop has ended. */
  readonly stop: (now?: boolean) => Promise<void>;
}

/** What a test has its own way with. */
export interface Own {
  readonly agent?: Partial<Agent>;
  readonly definitions?: Partial<Parts['definitions']>;
  readonly store?: (store: JobStore) => Partial<JobStore>;
  readonly events?: Partial<EventStream>;
  readonly settings?: Partial<Parts['settings']>;
  readonly queue?: MemoryQueue;
  readonly log?: Log;
}

const completing: Agent = {
  check: () => [],
  needs: () => ['openai'],
  run: async () => ({
    kind: 'completed',
    result: { output: 'done', status: 'completed' },
    resumed: false,
  }),
  forget: async () => {},
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Starts a loop with one slot. */
export function startLoop(own: Own = {}): Loop {
  const clock = systemClock;
  const counts = new Map<JobCounter, number>();
  const queue = own.queue ?? memoryQueue(clock, 'agent', LEASE_MS);
  const inner = memoryStore(clock);
  const store: JobStore = { ...inner, ...own.store?.(inner) };
  const events: EventStream = { ...memoryEvents(clock, 1_000), ...own.events };
  const tail = background();
  const heartbeats = timerHeartbeats(clock, store, queue, LEASE_MS, () => {});
  const settings: JobSettings = {
    owner: 'test',
    concurrency: 1,
    leaseMs: LEASE_MS,
    jobTimeoutMs: 60_000,
    retry,
    retentionMs: 60_000,
    historyMs: 60_000,
    prefix: 'agent',
    group: 'agent-executor-workers',
    publicUrl: '',
    ...own.settings,
  };
  const parts = completeParts(
    {
      queue,
      store,
      events,
      agent: { ...completing, ...own.agent },
      definitions: { ...noDefinitions, ...own.definitions },
      clock,
      leases: leaseKeeper(clock, { leaseMs: LEASE_MS, keepMs: 60_000 }, heartbeats),
      breakers: new Breakers(clock, settings.retry),
      meter: {
        count: (what, times = 1) => counts.set(what, (counts.get(what) ?? 0) + times),
        time: () => {},
        step: () => {},
        event: () => {},
        running: () => {},
      },
      log: own.log ?? silentLog,
      trace: noTracing.trace,
      settings,
      hide: (text) => text.replaceAll('hunter2', '…'),
      ended: () => {},
      background: (work) => tail.add(work),
    },
    () => {},
  );
  const [drain, now] = [new AbortController(), new AbortController()];
  const running = runJobs(parts, liveness(clock), { drain: drain.signal, now: now.signal });
  const published = (suffix: string): readonly string[] =>
    queue.published
      .filter(({ subject }) => subject.endsWith(suffix))
      .map(({ body }) => new TextDecoder().decode(body));
  const publishRaw = (id: string, body: string) =>
    queue.publish({ id, subject: 'agent.execute.test', headers: {}, body: bytes(body) });
  let messages = 0;

  return {
    parts,
    queue,
    counts,
    published,
    publishRaw,
    async publish(jobId, more = {}) {
      messages += 1;
      const payload = { job_id: jobId, trace_id: 't', agent_definition: { a: 1 }, input_payload: { b: 1 } };
      await publishRaw(`message-${messages}`, JSON.stringify({ ...payload, ...more }));
    },
    result: (jobId) =>
      until(
        `job ${jobId} has a result`,
        async () => {
          const all = [...published('.completed'), ...published('.failed')].map(parseJson);
          const found = all.find((event) => isJsonObject(event) && event['subject'] === jobId);
          return isJsonObject(found) && isJsonObject(found['data']) ? found['data'] : undefined;
        },
        { seconds: 10 },
      ),
    async types(jobId) {
      return (await events.read(jobId, undefined, 1_000)).events.map(({ type }) => type);
    },
    async stop(atOnce = false) {
      drain.abort();
      if (atOnce) now.abort();
      await running;
      await Promise.all([tail.settled(), parts.outbox.close(), parts.leases.close()]);
    },
  };
}
