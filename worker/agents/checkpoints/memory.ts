import { MemorySaver } from '@langchain/langgraph';
import type { CheckpointTuple } from '@langchain/langgraph-checkpoint';
import { jobOf } from '../model/token-budget.ts';
import { savedBy } from './store.ts';
import type { CheckpointStore } from './store.ts';

/** Checkpoints that end with the process, and what is done with those of a thread. */
export interface MemoryCheckpoints {
  readonly store: CheckpointStore;
  forget(threadIds: readonly string[]): Promise<void>;
  copy(from: string, to: string): Promise<void>;
  /** Forgets those that a job has made of a thread. */
  takeBack(threadId: string, jobId: string): Promise<void>;
}

export function memoryCheckpoints(): MemoryCheckpoints {
  const saver = new MemorySaver();
  const store = savedBy(saver);

  /** The oldest first. */
  const all = async (threadId: string): Promise<CheckpointTuple[]> => {
    const found: CheckpointTuple[] = [];
    for await (const tuple of saver.list({ configurable: { thread_id: threadId } })) found.push(tuple);
    return found.reverse();
  };

  const put = async (tuple: CheckpointTuple, threadId: string): Promise<void> => {
    const { config, checkpoint, metadata = { source: 'loop', step: 0, parents: {} }, parentConfig } = tuple;
    const checkpoint_ns: unknown = config.configurable?.['checkpoint_ns'] ?? '';
    const above: unknown = parentConfig?.configurable?.['checkpoint_id'];
    const where = { thread_id: threadId, checkpoint_ns };
    const placed = await saver.put(
      { configurable: { ...where, checkpoint_id: above } },
      checkpoint,
      metadata,
    );
    const byTask = Map.groupBy(tuple.pendingWrites ?? [], ([task]) => task);
    for (const [task, writes] of byTask)
      await saver.putWrites(
        placed,
        writes.map(([, channel, value]) => [channel, value]),
        task,
      );
  };

  return {
    store,
    forget: (threadIds) => store.forget(threadIds),
    async copy(from, to) {
      for (const tuple of await all(from)) await put(tuple, to);
    },
    async takeBack(threadId, jobId) {
      const others = (await all(threadId)).filter(({ metadata }) => jobOf(metadata, threadId) !== jobId);
      await saver.deleteThread(threadId);
      for (const tuple of others) await put(tuple, threadId);
    },
  };
}
