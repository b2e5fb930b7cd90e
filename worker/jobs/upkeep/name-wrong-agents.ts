import type { FileAgents } from '../../assistant-store.ts';
import type { Parts } from '../parts.ts';

/**
 * Names in the log each agent of a file that this worker cannot run, once for all that is wrong with it: otherwise its author would
 * hear of it from the first job alone, which is refused in the same words.
 */
export function nameWrongAgents(
  files: FileAgents,
  { agent, log }: Pick<Parts, 'agent' | 'log'>,
): () => Promise<void> {
  const told = new Map<string, string>();
  return async () => {
    for (const { name, definition } of await files()) {
      const problems = agent.check(definition).map(({ path, message }) => `${path} ${message}`);
      const said = problems.join('; ');
      if (said !== '' && told.get(name) !== said) log.error({}, `cannot run the agent ${name}: ${said}`);
      told.set(name, said);
    }
  };
}
