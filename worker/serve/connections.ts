import type { NatsConnection } from '@nats-io/transport-node';
import type pg from 'pg';
import { agentFiles } from '../adapters/agent-files.ts';
import { systemClock } from '../adapters/clock.ts';
import type { OpenAgent } from '../agents/agent.ts';
import { withCoded } from '../agents/coded/coded-files.ts';
import { openNats } from '../adapters/nats/connection.ts';
import type { NatsLink } from '../adapters/nats/connection.ts';
import { deadLetters } from '../adapters/nats/dead-letters.ts';
import { natsQueue } from '../adapters/nats/queue.ts';
import { openPool } from '../adapters/postgres/connection.ts';
import { postgresAssistants } from '../adapters/postgres/assistants/store.ts';
import { postgresCrons } from '../adapters/postgres/crons/store.ts';
import { tenantGroup } from '../adapters/postgres/statements/group.ts';
import { postgresItems } from '../adapters/postgres/items.ts';
import { postgresThreads } from '../adapters/postgres/threads/store.ts';
import { postgresStore } from '../adapters/postgres/store.ts';
import { redisEvents } from '../adapters/redis/events.ts';
import { threadHeartbeats } from '../adapters/thread/heartbeats.ts';
import type { Config } from '../config/config.ts';
import { leaseKeeper } from '../jobs/loop/lease-keeper.ts';
import type { LeaseKeeper } from '../jobs/loop/lease-keeper.ts';
import type { DeadLetters } from '../jobs/manage/replay-letter.ts';
import type { Log } from '../jobs/parts.ts';
import { readMigrations } from '../migrate.ts';
import type { AssistantStore, FileAgents } from '../assistant-store.ts';
import type { CronStore } from '../cron-store.ts';
import type { ItemStore, KeptItems } from '../item-store.ts';
import type { EventStream, Queue } from '../ports.ts';
import type { JobStore } from '../job-store.ts';
import type { ThreadStore } from '../thread-store.ts';

/** What a worker works with. Clients are made at once; each connects by itself, as soon as its server is there. */
export interface Connections {
  readonly queue: Queue;
  readonly letters: DeadLetters;
  readonly store: JobStore;
  readonly threads: ThreadStore;
  readonly crons: CronStore;
  readonly items: ItemStore;
  readonly agents: { readonly files: FileAgents; readonly assistants: AssistantStore };
  /** What a tenant keeps for itself. */
  ofTenant(tenant: string): { readonly items: ItemStore; readonly assistants: AssistantStore };
  readonly events: EventStream;
  readonly leases: LeaseKeeper;
  /** Makes the agent; `heard` is told of tool servers that have answered. */
  openAgent(heard: (source: string) => void): OpenAgent;
  close(): Promise<void>;
}

/** Heartbeats come from a thread with connections of its own. */
function openLeases({ nats, postgres, jobs, log }: Config, owner: string, warn: (error: unknown) => void) {
  const { leaseMs, timeoutMs } = jobs;
  const addresses = { nats: nats.address, postgres: postgres.address };
  const data = { role: 'heartbeat', ...addresses, owner, leaseMs, log } as const;
  return leaseKeeper(systemClock, { leaseMs, keepMs: timeoutMs + leaseMs }, threadHeartbeats(data, warn));
}

/** The connection, if there is one at this moment. */
async function connectedNow(link: NatsLink): Promise<NatsConnection> {
  const why = link.problem();
  if (why !== undefined) throw new Error(why);
  return link.connected;
}

/** Makes the agent, given the connections that its checkpoints go over, and where it keeps values. */
export type AgentFactory = (pool: pg.Pool, items: KeptItems, heard: (source: string) => void) => OpenAgent;

/** The clients of a worker's servers. */
export async function openConnections(
  config: Config,
  owner: string,
  log: Log,
  makeAgent: AgentFactory,
): Promise<Connections> {
  const { nats, postgres, redis, jobs } = config;
  const warn = (error: unknown): void => log.warn({ err: error }, 'connection failed');
  const half = Math.floor(postgres.poolSize / 2);
  const pool = openPool(postgres.address, half, warn);
  // A job that writes many checkpoints keeps nobody from claiming the next.
  const checkpoints = openPool(postgres.address, postgres.poolSize - half, warn);
  const link = openNats(nats.address, owner);
  const queue = natsQueue(link, {
    names: nats.names,
    ackWaitMs: jobs.leaseMs,
    owner: () => Promise.resolve(nats.owner),
  });
  const store = postgresStore(pool, nats.group, await readMigrations());
  const events = redisEvents(redis.address, redis.limits);
  const leases = openLeases(config, owner, warn);
  const itemsOf = (tenant: string | undefined): ItemStore =>
    postgresItems(pool, tenant === undefined ? nats.group : tenantGroup(nats.group, tenant));
  const kept = { of: itemsOf, maxBytes: config.http.maxRequestBytes };
  return {
    queue,
    letters: deadLetters(() => connectedNow(link), nats.names),
    store,
    threads: postgresThreads(pool, nats.group),
    crons: postgresCrons(pool, nats.group),
    items: itemsOf(undefined),
    agents: {
      files: withCoded(
        agentFiles(config.agentsFolder, systemClock, (message) => log.error({}, message)),
        config.agent.coded,
      ),
      assistants: postgresAssistants(pool, nats.group),
    },
    ofTenant(tenant) {
      const own = tenantGroup(nats.group, tenant);
      return { items: itemsOf(tenant), assistants: postgresAssistants(pool, own) };
    },
    events,
    leases,
    openAgent: (heard) => makeAgent(checkpoints, kept, heard),
    async close() {
      await Promise.allSettled([leases.close(), queue.close(), events.close()]);
      await Promise.allSettled([store.close(), checkpoints.end()]);
    },
  };
}
