import type pg from 'pg';
import { type OpenAgent, openAgent } from '../agents/agent.ts';
import type { AgentSettings } from '../agents/settings.ts';

/** An agent that keeps its checkpoints in PostgreSQL. */
export function postgresAgent(settings: AgentSettings, pool: pg.Pool): OpenAgent {
  return openAgent(settings, async () => {
    const { PostgresCheckpoints } = await import('../agents/checkpoints/postgres.ts');
    return new PostgresCheckpoints(pool);
  });
}

/** An agent whose checkpoints end with the process. */
export function memoryAgent(settings: AgentSettings): OpenAgent {
  return openAgent(settings, async () => {
    const { MemorySaver } = await import('@langchain/langgraph');
    return new MemorySaver();
  });
}
