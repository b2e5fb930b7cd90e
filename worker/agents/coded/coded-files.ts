import type { FileAgents } from '../../assistant-store.ts';
import type { CodedAgents } from './coded-agent.ts';
import { codedDefinition } from './coded-definition.ts';

/** The agents of files, and before them those written in code: of two with one name the one in code counts. */
export function withCoded(files: FileAgents, coded: CodedAgents | undefined): FileAgents {
  if (coded === undefined) return files;
  const own = [...coded].map(([name, { changedAt }]) => ({
    name,
    definition: codedDefinition(name),
    changedAt,
  }));
  return async () => {
    const others = (await files()).filter(({ name }) => !coded.has(name));
    return [...own, ...others].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  };
}
