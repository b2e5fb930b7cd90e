import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointTuple,
  type PendingWrite,
} from '@langchain/langgraph-checkpoint';
import { Failure } from '../../jobs/failures.ts';
import { tokensAt, withTokens } from '../model/token-budget.ts';

/** What happens around the checkpoints of one run. */
export interface CheckpointWatch {
  /** Throws when this worker may no longer write. */
  beforeWrite(): void;
  /** Tokens that the job has used so far; each checkpoint holds the number. */
  tokens(): number;
  /** The state of the orchestrator, once it is stored. */
  stored(values: Readonly<Record<string, unknown>>): void;
}

/** One checkpoint to be stored, as LangGraph gives it to `put`. */
export type Put = readonly [RunnableConfig, Checkpoint, CheckpointMetadata, ChannelVersions];

/** A checkpointer that does several things at once. */
export interface BatchSaver extends BaseCheckpointSaver {
  /** Stores them together, in order. */
  putAll(puts: readonly Put[]): Promise<void>;
  deleteThreads(threadIds: readonly string[]): Promise<void>;
  /** The largest number of tokens that a checkpoint of the thread holds. */
  tokens(threadId: string): Promise<number>;
}

/** What one task of a step produced, on its way to the store. */
interface TaskWrites {
  readonly config: RunnableConfig;
  readonly writes: PendingWrite[];
  readonly taskId: string;
}

/** A run whose checkpoints are watched. */
export interface WatchedRun {
  /** Names the thread and the run to LangGraph, which hands it to the checkpointer with each call. */
  readonly configurable: Readonly<Record<string, string>>;
  /** Ends the run, once all that it had to write is written. */
  end(): Promise<void>;
}

/** Where the id of a run stands among the keys of its config. */
const RUN_KEY = 'zerotouch_run';

interface Run {
  readonly watch: CheckpointWatch;
  /** Checkpoints of inputs by graph: nothing has happened yet that they would have to keep. */
  readonly inputs: Map<string, Put>;
  readonly tasks: Set<TaskWrites>;
  /** Answer for the first question of LangGraph; see `newest`. */
  first: { readonly tuple: CheckpointTuple | undefined } | undefined;
}

/**
 * A checkpointer around another that asks before it writes, tells when it has, and reports errors as STORE_UNAVAILABLE. One
 * serves all runs of a process. A run is known by an id of its own, not by its job: what is left of an attempt that lost its
 * lease must not write in the name of the next one.
 *
 * It writes less than it is told, and loses nothing that a later attempt needs: the checkpoint of an input is stored together
 * with that of the first step; what a task produced is not stored on its own when the checkpoint of its whole step comes in
 * the same turn of the event loop, as it does unless other tasks of the step still run.
 */
export class RunCheckpoints extends BaseCheckpointSaver {
  readonly #inner: BaseCheckpointSaver;
  readonly #runs = new Map<string, Run>();

  constructor(inner: BaseCheckpointSaver) {
    super(inner.serde);
    this.#inner = inner;
  }

  begin(threadId: string, watch: CheckpointWatch): WatchedRun {
    const id = randomUUID();
    const run: Run = { watch, inputs: new Map(), tasks: new Set(), first: undefined };
    this.#runs.set(id, run);
    return {
      configurable: { thread_id: threadId, [RUN_KEY]: id },
      end: async () => {
        const late = [...run.tasks];
        run.tasks.clear();
        await Promise.allSettled(late.map((writes) => this.#storeWrites(run, writes)));
        this.#runs.delete(id);
      },
    };
  }

  /**
   * The newest checkpoint of a run that has begun. LangGraph asks for it again and gets the same answer: nobody but the holder
   * of the lease writes, so nothing can have changed in between.
   */
  async newest(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const tuple = await stored(this.#inner.getTuple(config));
    this.#runOf(config).first = { tuple };
    return tuple;
  }

  /**
   * Tokens that a thread had used when its last checkpoint was stored. They are not counted from its messages: those of a
   * specialist stay in checkpoints of its own, and a summary takes the place of the oldest.
   */
  async tokens(threadId: string): Promise<number> {
    if (isBatchSaver(this.#inner)) return stored(this.#inner.tokens(threadId));
    let most = 0;
    const all = this.#inner.list({ configurable: { thread_id: threadId } });
    for await (const { metadata } of all) most = Math.max(most, tokensAt(metadata));
    return most;
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const run = this.#runOf(config);
    if (namespaceOf(config) !== '' || run.first === undefined) return stored(this.#inner.getTuple(config));
    const { tuple } = run.first;
    run.first = undefined;
    return tuple;
  }

  override list(...args: Parameters<BaseCheckpointSaver['list']>): AsyncGenerator<CheckpointTuple> {
    return this.#inner.list(...args);
  }

  override async put(...put: Put): Promise<RunnableConfig> {
    const [config, checkpoint, metadata, versions] = put;
    const run = this.#runOf(config);
    run.watch.beforeWrite();
    const counted: Put = [config, checkpoint, withTokens(metadata, run.watch.tokens()), versions];
    const namespace = namespaceOf(config);
    const next = { configurable: { ...config.configurable, checkpoint_id: checkpoint.id } };
    if (metadata.source === 'input') {
      run.inputs.set(namespace, counted);
      return next;
    }
    const input = run.inputs.get(namespace);
    run.inputs.delete(namespace);
    for (const writes of run.tasks) if (isOfStep(writes, config)) run.tasks.delete(writes);
    await stored(this.#putAll(input === undefined ? [counted] : [input, counted]));
    if (namespace === '') run.watch.stored(checkpoint.channel_values);
    return next;
  }

  override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string): Promise<void> {
    const run = this.#runOf(config);
    run.watch.beforeWrite();
    const produced: TaskWrites = { config, writes, taskId };
    run.tasks.add(produced);
    await nextTurn();
    if (run.tasks.delete(produced)) await this.#storeWrites(run, produced);
  }

  override async deleteThread(threadId: string): Promise<void> {
    await this.deleteThreads([threadId]);
  }

  async deleteThreads(threadIds: readonly string[]): Promise<void> {
    if (isBatchSaver(this.#inner)) return stored(this.#inner.deleteThreads(threadIds));
    for (const threadId of threadIds) await stored(this.#inner.deleteThread(threadId));
  }

  override getNextVersion(current: number | undefined): number {
    return this.#inner.getNextVersion(current);
  }

  async #putAll(puts: readonly Put[]): Promise<void> {
    if (isBatchSaver(this.#inner)) return this.#inner.putAll(puts);
    for (const put of puts) await this.#inner.put(...put);
  }

  async #storeWrites(run: Run, { config, writes, taskId }: TaskWrites): Promise<void> {
    run.watch.beforeWrite();
    // The checkpoint that the writes belong to has to be there when they are read again.
    const input = run.inputs.get(namespaceOf(config));
    run.inputs.delete(namespaceOf(config));
    if (input !== undefined) await stored(this.#putAll([input]));
    await stored(this.#inner.putWrites(config, writes, taskId));
  }

  /** What comes after the end of a run is the late word of a step that did not listen to its signal. */
  #runOf(config: RunnableConfig): Run {
    const run = this.#runs.get(String(config.configurable?.[RUN_KEY]));
    if (run === undefined)
      throw new Failure('LEASE_LOST', 'cannot read or write a checkpoint: the run is over');
    return run;
  }
}

function isBatchSaver(saver: BaseCheckpointSaver): saver is BatchSaver {
  return 'putAll' in saver;
}

async function stored<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new Failure('STORE_UNAVAILABLE', 'cannot read or write the checkpoints of the job', {
      cause: error,
    });
  }
}

/** Empty for the orchestrator's own graph; those of its specialists have names of their own. */
function namespaceOf(config: RunnableConfig): string {
  const namespace: unknown = config.configurable?.['checkpoint_ns'];
  return typeof namespace === 'string' ? namespace : '';
}

/** Whether a task belongs to the step whose checkpoint is the parent of the one that `put` is called for. */
function isOfStep({ config }: TaskWrites, parent: RunnableConfig): boolean {
  return (
    namespaceOf(config) === namespaceOf(parent) &&
    config.configurable?.['checkpoint_id'] === parent.configurable?.['checkpoint_id']
  );
}
