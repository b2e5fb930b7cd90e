import type { RunnableConfig } from '@langchain/core/runnables';
import type {
  BaseCheckpointSaver,
  ChannelVersions,
  Checkpoint,
  CheckpointMetadata,
  CheckpointTuple,
  PendingWrite,
} from '@langchain/langgraph-checkpoint';
import type { Lease } from '../../job-store.ts';
import { jobOf, ofJob, tokensAt } from '../model/token-budget.ts';

/** One checkpoint to be stored, as LangGraph gives it to `put`. */
export type Put = readonly [RunnableConfig, Checkpoint, CheckpointMetadata, ChannelVersions];

/** What one task of a step produced. */
export interface TaskWrites {
  readonly config: RunnableConfig;
  readonly writes: PendingWrite[];
  readonly taskId: string;
}

/** What a job has used up with the checkpoints that are stored. */
export interface Usage {
  /** Tokens of models. */
  readonly tokens: number;
  readonly bytes: number;
}

/**
 * Where checkpoints are kept. A write is in the name of a lease, and is refused once another has been given; without one, it is
 * refused unless somebody holds the thread to change it by hand.
 */
export interface CheckpointStore {
  read(config: RunnableConfig): Promise<CheckpointTuple | undefined>;
  list(...args: Parameters<BaseCheckpointSaver['list']>): AsyncGenerator<CheckpointTuple>;
  /** Stores them together, in order. Gives the bytes written, or undefined when the lease is another's. */
  put(lease: Lease | undefined, thread: string, puts: readonly Put[]): Promise<number | undefined>;
  write(lease: Lease | undefined, thread: string, produced: TaskWrites): Promise<number | undefined>;
  /** Of one job of a thread; of that which it is named after when none is given. */
  usage(threadId: string, jobId?: string): Promise<Usage>;
  /** Forgets the threads of these jobs, but for those that others go on with. */
  forget(threadIds: readonly string[]): Promise<void>;
  /** Takes over what an older version of the worker has left of a job; false when that is nothing. */
  adopt?(lease: Lease): Promise<boolean>;
}

/** Empty for the orchestrator's own graph; those of its specialists have names of their own. */
export function namespaceOf(config: RunnableConfig): string {
  const namespace: unknown = config.configurable?.['checkpoint_ns'];
  return typeof namespace === 'string' ? namespace : '';
}

/** Whether a task belongs to the step whose checkpoint is the parent of the one that `put` is called for. */
export function isOfStep({ config }: TaskWrites, parent: RunnableConfig): boolean {
  return (
    namespaceOf(config) === namespaceOf(parent) &&
    config.configurable?.['checkpoint_id'] === parent.configurable?.['checkpoint_id']
  );
}

/** The newest checkpoint that a job has made of a thread. */
export async function newestOf(
  store: Pick<CheckpointStore, 'list'>,
  thread: RunnableConfig,
  jobId: string,
): Promise<CheckpointTuple | undefined> {
  for await (const tuple of store.list(thread, { limit: 1, filter: ofJob(jobId) })) return tuple;
  return undefined;
}

/** A checkpointer of LangGraph in one process, where there is no other worker to fence off. */
export function savedBy(saver: BaseCheckpointSaver): CheckpointStore {
  return {
    read: (config) => saver.getTuple(config),
    list: (...args) => saver.list(...args),
    async put(_lease, _thread, puts) {
      for (const put of puts) await saver.put(...put);
      return 0;
    },
    async write(_lease, _thread, { config, writes, taskId }) {
      await saver.putWrites(config, writes, taskId);
      return 0;
    },
    async usage(threadId, jobId = threadId) {
      let tokens = 0;
      const all = saver.list({ configurable: { thread_id: threadId } });
      for await (const { metadata } of all)
        if (jobOf(metadata, threadId) === jobId) tokens = Math.max(tokens, tokensAt(metadata));
      return { tokens, bytes: 0 };
    },
    async forget(threadIds) {
      for (const threadId of threadIds) await saver.deleteThread(threadId);
    },
  };
}
