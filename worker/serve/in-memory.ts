import { systemClock } from '../adapters/clock.ts';
import { memoryAssistants } from '../adapters/memory/assistants.ts';
import { memoryCrons } from '../adapters/memory/crons.ts';
import { memoryDeadLetters } from '../adapters/memory/dead-letters.ts';
import { memoryEvents } from '../adapters/memory/events.ts';
import { memoryItems } from '../adapters/memory/items.ts';
import { memoryQueue } from '../adapters/memory/queue.ts';
import { memoryStore } from '../adapters/memory/store.ts';
import { Tables } from '../adapters/memory/table.ts';
import { memoryThreads } from '../adapters/memory/threads.ts';
import { openAgent } from '../agents/agent.ts';
import type { AgentSettings } from '../agents/settings.ts';
import type { FileAgents } from '../assistant-store.ts';
import { leaseKeeper, timerHeartbeats } from '../jobs/loop/lease-keeper.ts';
import type { Connections } from './connections.ts';

/** Events of one job that are kept. */
const MOST_EVENTS = 100_000;

/** What a worker without servers goes by. */
export interface MemorySettings {
  readonly prefix: string;
  readonly leaseMs: number;
  readonly timeoutMs: number;
  readonly maxRequestBytes: number;
  readonly agent: AgentSettings;
  readonly files: FileAgents;
}

/** All that servers do for a worker, in this process: it ends with it. */
export async function inMemory(settings: MemorySettings): Promise<Connections> {
  const { prefix, leaseMs, timeoutMs, maxRequestBytes, agent, files } = settings;
  const { memoryCheckpoints } = await import('../agents/checkpoints/memory.ts');
  const checkpoints = memoryCheckpoints();
  const tables = new Tables(systemClock);
  const store = memoryStore(systemClock, tables);
  const queue = memoryQueue(systemClock, prefix, leaseMs);
  const placesOf = () => ({ items: memoryItems(systemClock), assistants: memoryAssistants(systemClock) });
  const tenants = new Map<string, ReturnType<typeof placesOf>>();
  const ofTenant = (tenant: string): ReturnType<typeof placesOf> => {
    const own = tenants.get(tenant) ?? placesOf();
    tenants.set(tenant, own);
    return own;
  };
  const items = memoryItems(systemClock);
  const kept = {
    of: (tenant: string | undefined) => (tenant === undefined ? items : ofTenant(tenant).items),
    maxBytes: maxRequestBytes,
  };
  const heartbeats = timerHeartbeats(systemClock, store, queue, leaseMs, () => {});
  const leases = leaseKeeper(systemClock, { leaseMs, keepMs: timeoutMs + leaseMs }, heartbeats);
  return {
    queue,
    letters: memoryDeadLetters(queue, prefix),
    store,
    threads: memoryThreads(tables, checkpoints),
    crons: memoryCrons(tables),
    items,
    agents: { files, assistants: memoryAssistants(systemClock) },
    ofTenant,
    events: memoryEvents(systemClock, MOST_EVENTS),
    leases,
    openAgent: (heard) =>
      openAgent(agent, { checkpoints: () => Promise.resolve(checkpoints.store), items: kept }, heard),
    close: () => leases.close(),
  };
}
