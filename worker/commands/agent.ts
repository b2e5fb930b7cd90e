import type pg from 'pg';
import { systemClock } from '../adapters/clock.ts';
import { memoryItems } from '../adapters/memory/items.ts';
import { openAgent } from '../agents/agent.ts';
import type { OpenAgent } from '../agents/agent.ts';
import type { CheckpointStore } from '../agents/checkpoints/store.ts';
import type { AgentSettings } from '../agents/settings.ts';
import type { KeptItems } from '../item-store.ts';

/** An agent that keeps its checkpoints in PostgreSQL. `heard` is told of each tool server that has answered. */
export function postgresAgent(
  settings: AgentSettings,
  pool: pg.Pool,
  items: KeptItems,
  heard: (source: string) => void,
): OpenAgent {
  const checkpoints = async (): Promise<CheckpointStore> => {
    const { postgresCheckpoints } = await import('../agents/checkpoints/postgres.ts');
    return postgresCheckpoints(pool);
  };
  return openAgent(settings, { checkpoints, items }, heard);
}

/** An agent whose checkpoints and values end with the process, which runs the jobs of nobody. */
export function memoryAgent(settings: AgentSettings): OpenAgent {
  const own = memoryItems(systemClock);
  const items = { of: () => own, maxBytes: MOST_BYTES };
  const checkpoints = async (): Promise<CheckpointStore> => {
    const [{ MemorySaver }, { savedBy }] = await Promise.all([
      import('@langchain/langgraph'),
      import('../agents/checkpoints/store.ts'),
    ]);
    return savedBy(new MemorySaver());
  };
  return openAgent(settings, { checkpoints, items });
}

/** Of one value, as MAX_REQUEST_BYTES has it where nothing is set. */
const MOST_BYTES = 1024 * 1024;
