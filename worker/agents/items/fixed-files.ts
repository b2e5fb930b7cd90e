import { BaseStore } from '@langchain/langgraph-checkpoint';
import type { Item, Operation, OperationResults } from '@langchain/langgraph-checkpoint';
import { StoreBackend } from 'deepagents';

const NAMESPACE = ['definition'];

/** Nobody has changed them since. */
const ALWAYS = new Date(0);

/** Files that are what they are: a store that keeps nothing. */
class FixedFiles extends BaseStore {
  readonly #items: readonly Item[];

  constructor(files: ReadonlyMap<string, string>) {
    super();
    const at = ALWAYS.toISOString();
    this.#items = [...files].map(([key, content]) => {
      const value = { content, mimeType: 'text/plain', created_at: at, modified_at: at };
      return { namespace: NAMESPACE, key, value, createdAt: ALWAYS, updatedAt: ALWAYS };
    });
  }

  override batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    const written = operations.find((operation) => 'value' in operation);
    if (written !== undefined && 'key' in written)
      return Promise.reject(
        new Error(`cannot change ${written.key}: it is a file of the definition; write in another folder`),
      );
    const results = operations.map((operation) => {
      if ('namespacePrefix' in operation) {
        const { offset = 0, limit = 10 } = operation;
        return this.#items.slice(offset, offset + limit);
      }
      return 'key' in operation ? (this.#items.find(({ key }) => key === operation.key) ?? null) : [];
    });
    return Promise.resolve(results as OperationResults<Op>);
  }
}

/** A folder of files that come with the definition, by their paths from it on. */
export function fixedFiles(files: ReadonlyMap<string, string>): StoreBackend {
  return new StoreBackend({ store: new FixedFiles(files), namespace: NAMESPACE });
}
