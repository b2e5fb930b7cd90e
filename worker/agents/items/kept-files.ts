import type { Operation, OperationResults } from '@langchain/langgraph-checkpoint';
import { StoreBackend } from 'deepagents';
import { CurrentItems } from './current-items.ts';

/** Of one folder: looking for a file reads all of them. */
const MOST_FILES = 200;

/** Of one file, as JSON. */
const MOST_CHARACTERS = 256 * 1024;

/** Above the namespaces of definitions, which reach nothing else of what a tenant keeps. */
const ROOT = 'filesystem';

/** The values of the run that asks, as files, of which there may be so many. */
class CurrentFiles extends CurrentItems {
  override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    for (const operation of operations) {
      if (!('value' in operation) || operation.value === null) continue;
      const { namespace, key, value } = operation;
      if (JSON.stringify(value).length > MOST_CHARACTERS)
        throw new Error(`cannot keep ${key}: a file that is kept has at most ${MOST_CHARACTERS} characters`);
      const [last] = await this.search(namespace, { limit: 1, offset: MOST_FILES - 1 });
      if (last === undefined || (await this.get(namespace, key)) !== null) continue;
      throw new Error(`cannot keep ${key}: its folder keeps at most ${MOST_FILES} files, and has them`);
    }
    return super.batch(operations);
  }
}

const files = new CurrentFiles();

/** A folder whose files are in the store of the tenant whose job it is. */
export function keptFiles(namespace: string): StoreBackend {
  return new StoreBackend({ store: files, namespace: [ROOT, namespace] });
}
