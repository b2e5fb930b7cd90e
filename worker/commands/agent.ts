import type pg from 'pg';
import { openAgent } from '../agents/agent.ts';
import type { OpenAgent } from '../agents/agent.ts';
import type { CheckpointStore } from '../agents/checkpoints/store.ts';
import type { AgentSettings } from '../agents/settings.ts';

/** An agent that keeps its checkpoints in PostgreSQL. `heard` is told of each tool server that has answered. */
export function postgresAgent(
  settings: AgentSettings,
  pool: pg.Pool,
  heard: (source: string) => void,
): OpenAgent {
  const open = async (): Promise<CheckpointStore> => {
    const { postgresCheckpoints } = await import('../agents/checkpoints/postgres.ts');
    return postgresCheckpoints(pool);
  };
  return openAgent(settings, open, heard);
}

/** An agent whose checkpoints end with the process. */
export function memoryAgent(settings: AgentSettings): OpenAgent {
  return openAgent(settings, async () => {
    const [{ MemorySaver }, { savedBy }] = await Promise.all([
      import('@langchain/langgraph'),
      import('../agents/checkpoints/store.ts'),
    ]);
    return savedBy(new MemorySaver());
  });
}
