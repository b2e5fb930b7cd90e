import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { ServerUrls } from '../../test/servers/open.ts';
import type { World } from '../../test/servers/world.ts';
import { quantile } from '../measure.ts';
import { metric } from './program.ts';
import type { Worker } from './program.ts';
import { definitionOf } from './shapes.ts';
import type { Shape } from './shapes.ts';

/** So many jobs at once, each published when one before it has its result. */
export interface Load {
  readonly shape: Shape;
  readonly latencyMs: number;
  readonly jobs: number;
  /** Jobs that are under way or wait for a worker, at any time. */
  readonly inFlight: number;
}

export interface Figures {
  readonly jobsPerSecond: number;
  /** Milliseconds from publishing a job to its status event. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds from publishing a job to its first live event, the middle of all. */
  readonly firstEvent: number;
  /** Milliseconds of processor for one job, of all workers and their threads. */
  readonly cpuMs: number;
  /** Transactions of PostgreSQL that write. */
  readonly commits: number;
  readonly redisCommands: number;
}

/** Clients of the servers on which the workers work. */
export interface Observer {
  readonly postgres: pg.Pool;
  readonly redis: Redis;
  readonly events: Redis;
  close(): Promise<void>;
}

export async function observe(urls: Pick<ServerUrls, 'postgres' | 'redis'>): Promise<Observer> {
  const postgres = new pg.Pool({ connectionString: urls.postgres, max: 1 });
  const [redis, events] = [new Redis(urls.redis), new Redis(urls.redis)];
  await events.psubscribe('langgraph:stream:*');
  return {
    postgres,
    redis,
    events,
    async close() {
      redis.disconnect();
      events.disconnect();
      await postgres.end();
    },
  };
}

/** What has been counted since the servers started. */
async function counters(workers: readonly Worker[], observer: Observer) {
  // Transaction numbers are given out one by one to those that write, at once; the statistics would lag behind.
  const { rows } = await observer.postgres.query<{ commits: string }>(
    'SELECT txid_snapshot_xmax(txid_current_snapshot()) AS commits',
  );
  const info = await observer.redis.info('stats');
  return {
    commits: Number(rows[0]?.commits),
    redis: Number(/total_commands_processed:(\d+)/.exec(info)?.[1]),
    cpu: await processorSeconds(workers),
  };
}

/** Of all workers and their threads, since they were started. */
async function processorSeconds(workers: readonly Worker[]): Promise<number> {
  const seconds = await Promise.all(workers.map((worker) => metric(worker, 'process_cpu_seconds_total')));
  return seconds.reduce((sum, one) => sum + one, 0);
}

/** For what workers do after the result of a job is out. */
const SETTLE_MS = 500;

/** Runs a load to its end. */
export async function underLoad(
  world: World,
  workers: readonly Worker[],
  observer: Observer,
  { shape, latencyMs, jobs, inFlight }: Load,
): Promise<Figures> {
  const definition = definitionOf(shape, latencyMs);
  const published = new Map<string, number>();
  const latencies: number[] = [];
  const firsts = new Map<string, number>();
  let allDone = (): void => {};
  const done = new Promise<void>((resolve) => (allDone = resolve));

  const publish = async (): Promise<void> => {
    if (published.size === jobs) return;
    const jobId = randomUUID();
    published.set(jobId, performance.now());
    const input = { messages: [{ role: 'user', content: jobId }] };
    const data = { job_id: jobId, trace_id: jobId, agent_definition: definition, input_payload: input };
    await world.publish({ jobId, name: jobId, event: { specversion: '1.0', id: jobId, data } });
  };
  const onEvent = (_pattern: string, channel: string): void => {
    const jobId = channel.slice(channel.lastIndexOf(':') + 1);
    const at = published.get(jobId);
    if (at !== undefined && !firsts.has(jobId)) firsts.set(jobId, performance.now() - at);
  };
  observer.events.on('pmessage', onEvent);
  const results = world.nats.subscribe(`${world.names.prefix}.status.*`, {
    callback: (_error, message) => {
      const { subject } = message.json<{ subject: string }>();
      const at = published.get(subject);
      if (at === undefined) return;
      latencies.push(performance.now() - at);
      if (latencies.length === jobs) allDone();
      else void publish();
    },
  });

  await sleep(SETTLE_MS);
  const before = await counters(workers, observer);
  const started = performance.now();
  await Promise.all(Array.from({ length: Math.min(inFlight, jobs) }, publish));
  await done;
  const seconds = (performance.now() - started) / 1000;
  const cpu = (await processorSeconds(workers)) - before.cpu;
  await sleep(SETTLE_MS);
  const after = await counters(workers, observer);
  results.unsubscribe();
  observer.events.off('pmessage', onEvent);
  return {
    jobsPerSecond: jobs / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    firstEvent: quantile([...firsts.values()], 0.5),
    cpuMs: (cpu * 1000) / jobs,
    commits: (after.commits - before.commits) / jobs,
    redisCommands: (after.redis - before.redis) / jobs,
  };
}
