import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { systemClock } from '../adapters/clock.ts';
import type { OpenAgent } from '../agents/agent.ts';
import type { Config } from '../config/config.ts';
import type { Connections } from './connections.ts';
import { openHttp } from '../http/server.ts';
import type { HttpServer } from '../http/server.ts';
import { openDefinitions } from '../jobs/agents/definitions.ts';
import { background } from '../jobs/background.ts';
import type { Background } from '../jobs/background.ts';
import { completeParts } from '../jobs/complete-parts.ts';
import { Breakers } from '../jobs/loop/breakers.ts';
import type { JobSettings, Log, Parts } from '../jobs/parts.ts';
import { liveness as openLiveness } from '../jobs/liveness.ts';
import type { Liveness } from '../jobs/liveness.ts';
import { runJobs } from '../jobs/loop/run-jobs.ts';
import { waiting as openWaiting } from '../jobs/waiting.ts';
import type { Waiting } from '../jobs/waiting.ts';
import { hider } from '../observability/log.ts';
import { meteredEvents } from '../observability/metered-events.ts';
import { openMetrics } from '../observability/metrics.ts';
import type { Metrics } from '../observability/metrics.ts';
import { noteWaiting } from '../jobs/upkeep/note-waiting.ts';
import { SchemaMismatch } from '../migrate.ts';
import { readiness as openReadiness } from '../observability/readiness.ts';
import type { Readiness } from '../observability/readiness.ts';
import { noTracing, openTracing } from '../observability/tracing.ts';
import type { Tracing } from '../observability/tracing.ts';
import { agentChores, clientChores } from './chores.ts';
import { openDoor } from './door.ts';
import { openWebhooks } from './webhooks.ts';

/** A worker that runs. */
export interface Serving {
  /** The port that HTTP listens on. */
  readonly port: number;
  /** Drains, hands back, flushes and closes. What is still running after the shutdown time is handed back as it is. */
  stop(): Promise<void>;
  /** Settles when the worker is through; rejects when it cannot run at all, as when the schema is newer than it is. */
  readonly working: Promise<void>;
}

/** What a worker goes by, wherever its jobs are kept. */
export interface ServeConfig extends Pick<Config, 'jobs' | 'http' | 'webhooks' | 'log' | 'tracing'> {
  readonly nats: { readonly names: { readonly prefix: string }; readonly group: string };
  /** Where agents have files that others change, as with a mounted ConfigMap. */
  readonly agentsFolder?: string | undefined;
  /** The only names by which it may be called; any when absent. */
  readonly hosts?: readonly string[];
}

/** Makes what a worker works with, of which others know it by the name of its owner. */
export type Connect = (owner: string) => Promise<Connections>;

/** Part of the shutdown time that is left for handing back jobs which did not drain. */
const HAND_BACK_MS = 2_000;

/** How often it is asked whether jobs are finished that somebody waits for or watches: their last events may have been lost. */
const ASK_MS = 2_000;

/** Everything a worker is made of. */
interface Assembly {
  readonly connections: Connections;
  readonly agent: OpenAgent;
  readonly parts: Parts;
  readonly tail: Background;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
  readonly waiting: Waiting;
  readonly watched: Waiting;
  readonly readiness: Readiness;
  readonly liveness: Liveness;
}

function jobSettings({ jobs, nats, http }: ServeConfig): JobSettings {
  return {
    owner: `${hostname()}-${randomUUID().slice(0, 8)}`,
    concurrency: jobs.concurrency,
    leaseMs: jobs.leaseMs,
    jobTimeoutMs: jobs.timeoutMs,
    retry: jobs.retry,
    retentionMs: jobs.retentionMs,
    historyMs: jobs.historyMs,
    prefix: nats.names.prefix,
    group: nats.group,
    publicUrl: http.publicUrl,
    modelRates: jobs.modelRates,
  };
}

function watchOver(
  { store, queue, events }: Connections,
  log: Log,
  hide: (text: string) => string,
): Readiness {
  const isFinal = (error: unknown): boolean => error instanceof SchemaMismatch;
  const dependencies = [
    { name: 'postgres', check: () => store.check(), optionalLater: false, isFinal },
    { name: 'nats', check: () => queue.check(), optionalLater: false },
    { name: 'dragonfly', check: () => events.check(), optionalLater: true },
  ];
  return openReadiness(dependencies, systemClock, log, hide);
}

async function assemble(config: ServeConfig, log: Log, connect: Connect): Promise<Assembly> {
  const clock = systemClock;
  const settings = jobSettings(config);
  const connections = await connect(settings.owner);
  const { queue, store, leases } = connections;
  const { endpoint, serviceName } = config.tracing;
  const tracing = endpoint === undefined ? noTracing : await openTracing(endpoint, serviceName);
  const metrics = openMetrics({ capacity: settings.concurrency, outbox: () => store.outbox() });
  const events = meteredEvents(connections.events, metrics.meter);
  const [tail, hide] = [background(), hider(config.log.secrets)];
  const [waiting, watched] = [openWaiting(store, clock, ASK_MS, events), openWaiting(store, clock, ASK_MS)];
  const breakers = new Breakers(clock, settings.retry);
  const agent = connections.openAgent((source) => breakers.answered(source));
  const given = {
    queue,
    store,
    events,
    agent,
    definitions: openDefinitions(connections.agents, connections.threads, store),
    clock,
    leases,
    breakers,
    meter: metrics.meter,
    log,
    trace: tracing.trace,
    settings,
    hide,
    ended: (jobId: string) => waiting.ended(jobId),
    background: (work: Promise<unknown>) => tail.add(work),
  };
  const parts = completeParts(given, (error) => log.warn({ err: error }, 'cannot send an event yet'));
  const readiness = watchOver(connections, log, hide);
  const liveness = openLiveness(clock);
  return { connections, agent, parts, tail, tracing, metrics, waiting, watched, readiness, liveness };
}

/** Says in the log whose unfinished jobs the database has besides: nobody else would, should that group be gone. */
async function nameOthers({ store, log }: Pick<Parts, 'store' | 'log'>): Promise<void> {
  const unfinished = await store.others().catch(() => ({}));
  if (Object.keys(unfinished).length > 0)
    log.warn({ unfinished }, 'the database also has jobs of other groups, which are left to them');
}

/** Ends everything in the order in which it depends on each other. */
async function close(assembly: Assembly, http: HttpServer): Promise<void> {
  const { connections, agent, parts, tail, tracing, waiting, watched, readiness } = assembly;
  await Promise.all([tail.settled(), parts.outbox.close(), readiness.close()]);
  await Promise.all([waiting.close(), watched.close()]);
  await Promise.all([http.close(), agent.close(), tracing.close()]);
  await connections.close();
}

/** Starts a worker: HTTP at once, jobs as soon as PostgreSQL and NATS are there. Throws when the address cannot be had. */
export async function serve(config: ServeConfig, log: Log, connect: Connect): Promise<Serving> {
  const assembly = await assemble(config, log, connect);
  const { agent, parts, readiness, liveness } = assembly;
  const [drain, now, stopped] = [new AbortController(), new AbortController(), new AbortController()];
  const { maxRequestBytes, host, port } = config.http;
  const { connections } = assembly;
  const service = {
    ...assembly,
    threads: connections.threads,
    crons: connections.crons,
    letters: connections.letters,
    agents: connections.agents,
    items: connections.items,
    states: agent.threads,
    webhooks: config.webhooks && openWebhooks(config.webhooks, parts.clock),
    maxRequestBytes,
    noteWaiting: () => noteWaiting(parts, drain.signal),
    stopping: drain.signal,
  };
  const door = openDoor(service, connections, config.http, config.hosts, log);
  const http = await openHttp(door, { host, port });
  log.info({ host, port: http.port, owner: parts.settings.owner }, 'worker started');

  const work = async (): Promise<void> => {
    await Promise.all([agent.warm(), readiness.wait(['postgres', 'nats'], drain.signal)]);
    if (drain.signal.aborted) return;
    await nameOthers(parts);
    const chores = [
      ...agentChores(config, connections, parts),
      ...clientChores(service, door, connections, parts, config.http, now.signal),
    ];
    await runJobs(parts, liveness, { drain: drain.signal, now: now.signal }, chores);
  };
  const working = work();

  const stop = async (): Promise<void> => {
    log.info({}, 'worker stopping');
    drain.abort();
    const hardStop = parts.clock.sleep(config.jobs.shutdownMs - HAND_BACK_MS, stopped.signal);
    void hardStop.then(() => now.abort());
    await working.catch(() => {});
    stopped.abort();
    await close(assembly, http);
    log.info({}, 'worker stopped');
  };
  return { port: http.port, stop, working };
}
