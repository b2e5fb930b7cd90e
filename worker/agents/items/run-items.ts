import { BaseStore } from '@langchain/langgraph-checkpoint';
import type {
  GetOperation,
  Item as StoreItem,
  ListNamespacesOperation,
  Operation,
  OperationResults,
  PutOperation,
  SearchOperation,
} from '@langchain/langgraph-checkpoint';
import { Failure } from '../../jobs/rules/failures.ts';
import type { Item, ItemStore } from '../../item-store.ts';
import type { JsonObject } from '../../json.ts';
import { filterProblem, keyProblem, namespaceProblem, pageProblem, storedValue } from './item-rules.ts';

/** What a run is told of, and ends by. */
interface Ends {
  /** Once it has fired nothing more is kept: another worker may have the job. */
  readonly signal: AbortSignal;
  /** PostgreSQL is away: what the agent would make of that is not what its memory says. */
  away(failure: Failure): void;
}

/**
 * The values of a tenant as LangGraph asks for them, for the time of one run, with the bounds that they have over HTTP. There is no
 * search by meaning. Operations that are given together are done one after the other, in order.
 */
export class RunItems extends BaseStore {
  readonly #items: ItemStore;
  readonly #maxBytes: number;
  readonly #ends: Ends;

  constructor(items: ItemStore, maxBytes: number, ends: Ends) {
    super();
    this.#items = items;
    this.#maxBytes = maxBytes;
    this.#ends = ends;
  }

  override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    const results: unknown[] = [];
    for (const operation of operations) results.push(await this.#perform(operation));
    return results as OperationResults<Op>;
  }

  #perform(operation: Operation): Promise<unknown> {
    this.#ends.signal.throwIfAborted();
    if ('namespacePrefix' in operation) return this.#search(operation);
    if ('value' in operation) return this.#put(operation);
    return 'key' in operation ? this.#get(operation) : this.#list(operation);
  }

  async #get({ namespace, key }: GetOperation): Promise<StoreItem | null> {
    refuse('read the item', namespaceProblem(namespace, 1) ?? keyProblem(key));
    const item = await this.#asked(this.#items.get(namespace, key));
    return item === undefined ? null : storeItem(item);
  }

  async #put({ namespace, key, value, index }: PutOperation): Promise<void> {
    const what = value === null ? 'delete the item' : 'keep the item';
    refuse(what, namespaceProblem(namespace, 1) ?? keyProblem(key));
    if (value === null) return this.#asked(this.#items.remove(namespace, key));
    if (Array.isArray(index)) refuse(what, 'index: there is no search by meaning');
    const stored = storedValue(value, this.#maxBytes);
    if ('problem' in stored) throw new Error(`cannot ${what}: ${stored.problem}`);
    await this.#asked(this.#items.put(namespace, key, stored.value, undefined));
  }

  async #search({ namespacePrefix, filter, limit = 10, offset = 0, query }: SearchOperation) {
    const page = { limit, offset };
    const problem = namespaceProblem(namespacePrefix, 0) ?? pageProblem(page) ?? filterProblem(filter ?? {});
    refuse('find items', query ? 'query: there is no search by meaning; filter by fields' : problem);
    const wanted = filter as JsonObject | undefined;
    const found = await this.#asked(this.#items.search(namespacePrefix, wanted, page));
    return found.map(storeItem);
  }

  async #list({ matchConditions = [], maxDepth, limit, offset }: ListNamespacesOperation) {
    const page = { limit, offset };
    const pathOf = (type: 'prefix' | 'suffix'): readonly string[] =>
      matchConditions.find(({ matchType }) => matchType === type)?.path ?? [];
    const [prefix, suffix] = [pathOf('prefix'), pathOf('suffix')];
    refuse(
      'list namespaces',
      namespaceProblem(prefix, 0) ?? namespaceProblem(suffix, 0) ?? pageProblem(page),
    );
    const found = await this.#asked(this.#items.namespaces({ prefix, suffix, depth: maxDepth }, page));
    return found.map((one) => [...one]);
  }

  async #asked<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof Failure && error.code === 'STORE_UNAVAILABLE') this.#ends.away(error);
      throw error;
    }
  }
}

function refuse(what: string, problem: string | undefined): void {
  if (problem !== undefined) throw new Error(`cannot ${what}: ${problem}`);
}

function storeItem({ namespace, key, value, createdAt, updatedAt }: Item): StoreItem {
  return {
    namespace: [...namespace],
    key,
    value,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
  };
}
