import { AsyncLocalStorage } from 'node:async_hooks';
import { BaseStore } from '@langchain/langgraph-checkpoint';
import type { Operation, OperationResults } from '@langchain/langgraph-checkpoint';

/** One graph serves many jobs at once: whose values they are that it asks for, the flow of the program knows. */
const current = new AsyncLocalStorage<BaseStore>();

/** Does all the work of a run with the values that it may keep and find. */
export function runKeeping<T>(items: BaseStore, work: () => Promise<T>): Promise<T> {
  return current.run(items, work);
}

/** The values of the run that asks for them; outside of one an operation is refused. */
export class CurrentItems extends BaseStore {
  override batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    const items = current.getStore();
    if (items === undefined) return Promise.reject(new Error('cannot ask for values outside of a run'));
    return items.batch(operations);
  }
}
