import { REFUSED } from '../../command-line/exit-code.ts';
import { Failure, reasonOf } from '../../command-line/failure.ts';
import type { ModelChoice } from '../agents/coded/services.ts';
import type { AgentSettings } from '../agents/settings.ts';

/** Settings with the agents in code of a folder, if there is one. Throws a Failure that names each which cannot be had. */
export async function withCodedAgents(
  settings: AgentSettings,
  folder: string | undefined,
  chosen: ModelChoice = {},
): Promise<AgentSettings> {
  if (folder === undefined) return settings;
  const { loadCodedAgents } = await import('../agents/coded/load.ts');
  const coded = await loadCodedAgents(folder, settings, chosen).catch((error: unknown) => {
    throw new Failure(reasonOf(error), REFUSED, { cause: error });
  });
  return { ...settings, coded };
}
