import type { Operation, OperationResults, SearchItem } from '@langchain/langgraph-checkpoint';
import { StoreBackend } from 'deepagents';
import { CurrentItems } from './current-items.ts';

/** Of one folder. */
const MOST_FILES = 100;

/** Of one file, as JSON. */
const MOST_CHARACTERS = 64 * 1024;

/** Of a folder: looking for a file reads all of them. Clients may have put longer ones there. */
const MOST_READ = 2 * MOST_FILES * MOST_CHARACTERS;

/** Files that are read at once, each as long as a client may make it. */
const STEP = 10;

/** Above the namespaces of definitions, which reach nothing else of what a tenant keeps. */
const ROOT = 'filesystem';

const lengthOf = (value: object): number => JSON.stringify(value).length;

/** The values of the run that asks, as files, of which there may be so many. */
class CurrentFiles extends CurrentItems {
  override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    for (const operation of operations) {
      if (!('value' in operation) || operation.value === null) continue;
      const { namespace, key, value } = operation;
      if (lengthOf(value) > MOST_CHARACTERS)
        throw new Error(`cannot keep ${key}: a file that is kept has at most ${MOST_CHARACTERS} characters`);
      const [last] = await super.search(namespace, { limit: 1, offset: MOST_FILES - 1 });
      if (last === undefined || (await this.get(namespace, key)) !== null) continue;
      throw new Error(`cannot keep ${key}: its folder keeps at most ${MOST_FILES} files, and has them`);
    }
    return super.batch(operations);
  }

  override async search(
    namespace: string[],
    { limit = 10, offset = 0 }: { limit?: number; offset?: number } = {},
  ): Promise<SearchItem[]> {
    const found: SearchItem[] = [];
    let characters = 0;
    for (let step = STEP; step === STEP && found.length < limit;) {
      const more = await super.search(namespace, {
        limit: Math.min(STEP, limit - found.length),
        offset: offset + found.length,
      });
      found.push(...more);
      characters += more.reduce((sum, { value }) => sum + lengthOf(value), 0);
      if (characters > MOST_READ || offset + found.length > MOST_FILES)
        throw new Error(
          `cannot look through what is kept: it is more than ${MOST_FILES} files, or ${MOST_READ} characters, which a client has put there`,
        );
      step = more.length;
    }
    return found;
  }
}

const files = new CurrentFiles();

/** A folder whose files are in the store of the tenant whose job it is. */
export function keptFiles(namespace: string): StoreBackend {
  return new StoreBackend({ store: files, namespace: [ROOT, namespace] });
}
