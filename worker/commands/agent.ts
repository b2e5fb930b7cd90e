import type pg from 'pg';
import { openAgent } from '../agents/agent.ts';
import type { OpenAgent } from '../agents/agent.ts';
import type { AgentSettings } from '../agents/settings.ts';

/** An agent that keeps its checkpoints in PostgreSQL. */
export function postgresAgent(settings: AgentSettings, pool: pg.Pool): OpenAgent {
  return openAgent(settings, async () => {
    const { postgresCheckpoints } = await import('../agents/checkpoints/postgres.ts');
    return postgresCheckpoints(pool);
  });
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
