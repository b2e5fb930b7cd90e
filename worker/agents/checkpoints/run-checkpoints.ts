import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RunnableConfig } from '@langchain/core/runnables';
import { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import type { CheckpointTuple, PendingWrite } from '@langchain/langgraph-checkpoint';
import type { Lease } from '../../job-store.ts';
import { Failure } from '../../jobs/rules/failures.ts';
import { storeFailure } from '../../jobs/rules/store-failure.ts';
import { jobOf, withTokens } from '../model/token-budget.ts';
import { isOfStep, namespaceOf, newestOf } from './store.ts';
import type { CheckpointStore, Put, TaskWrites } from './store.ts';

/** What happens around the checkpoints of one run. */
export interface CheckpointWatch {
  /** Throws when this worker may no longer write. */
  beforeWrite(): void;
  /** Tokens that the job has used so far; each checkpoint holds the number. */
  tokens(): number;
  /** The state of the orchestrator, once it is stored. */
  stored(values: Readonly<Record<string, unknown>>): void;
}

/** A run whose checkpoints are watched. */
export interface WatchedRun {
  /** Names the thread and the run to LangGraph, which hands it to the checkpointer with each call. */
  readonly configurable: Readonly<Record<string, string>>;
  /** Ends the run, once all that it had to write is written. */
  end(): Promise<void>;
}

/** Largest sum of all that a job writes, in bytes: what a state holds is written again with each step that changes it. */
const MOST_BYTES = 256 * 1024 * 1024;

const nothing = Promise.resolve(false);

/** Where the id of a run stands among the keys of its config. */
const RUN_KEY = '__zerotouch_run';

interface Run {
  readonly watch: CheckpointWatch;
  /** Absent while the thread is read, or changed by hand. */
  readonly lease: Lease | undefined;
  readonly thread: string;
  /** Bytes that the job has stored, in this attempt and those before it. */
  bytes: number;
  /** Checkpoints of inputs by graph: nothing has happened yet that they would have to keep. */
  readonly inputs: Map<string, Put>;
  readonly tasks: Set<TaskWrites>;
  /** Answer for the first question of LangGraph; see `newest`. */
  first: { readonly tuple: CheckpointTuple | undefined } | undefined;
  /** Whether others have gone on with the thread since the job last did, and it has not yet written again. */
  apart: boolean;
}

/**
 * A checkpointer around another that asks before it writes, tells when it has, and reports errors as failures of the store. One
 * serves all runs of a process. A run is known by an id of its own, not by its job: what is left of an attempt that lost its
 * lease must not write in the name of the next one.
 *
 * It writes less than it is told, and loses nothing that a later attempt needs: the checkpoint of an input is stored together
 * with that of the first step; what a task produced is not stored on its own when the checkpoint of its whole step comes in
 * the same turn of the event loop, as it does unless other tasks of the step still run.
 */
export class RunCheckpoints extends BaseCheckpointSaver {
  readonly #store: CheckpointStore;
  readonly #runs = new Map<string, Run>();

  constructor(store: CheckpointStore) {
    super();
    this.#store = store;
  }

  /** `thread` is the job's own unless it goes on with another. */
  begin(lease: Lease | undefined, watch: CheckpointWatch, thread = lease?.jobId ?? ''): WatchedRun {
    const id = randomUUID();
    const run: Run = {
      watch,
      lease,
      thread,
      bytes: 0,
      inputs: new Map(),
      tasks: new Set(),
      first: undefined,
      apart: false,
    };
    this.#runs.set(id, run);
    return {
      configurable: { thread_id: thread, [RUN_KEY]: id },
      end: async () => {
        const late = [...run.tasks];
        run.tasks.clear();
        await Promise.allSettled(late.map((writes) => this.#storeWrites(run, writes)));
        this.#runs.delete(id);
      },
    };
  }

  /**
   * The checkpoint from which a run that has begun goes on: its job's own newest, else that of the thread. LangGraph asks for
   * it again and gets the same answer: nobody but the holder of the lease writes, so nothing can have changed in between.
   */
  async newest(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const run = this.#runOf(config);
    const found = await stored(this.#store.read(config));
    const own = run.lease?.jobId === run.thread ? run.lease : undefined;
    const adopted = found === undefined && own && (await stored(this.#store.adopt?.(own) ?? nothing));
    const newest = adopted ? await stored(this.#store.read(config)) : found;
    const left = await this.#leftOf(run, config, newest);
    run.apart = left !== undefined;
    const tuple = left ?? newest;
    run.first = { tuple };
    return tuple;
  }

  /** Where a job stands that is taken up again after others, its forks for one, have gone on with the thread. */
  async #leftOf(
    run: Run,
    config: RunnableConfig,
    newest: CheckpointTuple | undefined,
  ): Promise<CheckpointTuple | undefined> {
    const { lease, thread } = run;
    // A job that was claimed once only has nothing yet.
    if (newest === undefined || lease === undefined || lease.token < 2) return undefined;
    if (jobOf(newest.metadata, thread) === lease.jobId) return undefined;
    return stored(newestOf(this.#store, config, lease.jobId));
  }

  /**
   * Tokens that a job had used when its last checkpoint was stored. They are not counted from its messages: those of a
   * specialist stay in checkpoints of its own, and a summary takes the place of the oldest.
   */
  async tokens(config: RunnableConfig): Promise<number> {
    const run = this.#runOf(config);
    const { tokens, bytes } = await stored(this.#store.usage(run.thread, run.lease?.jobId));
    run.bytes = bytes;
    return tokens;
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    // LangGraph asks in nobody's name whether the checkpoint that a run starts from is the newest.
    if (config.configurable?.[RUN_KEY] === undefined) return stored(this.#store.read(config));
    const run = this.#runOf(config);
    const isNewest = namespaceOf(config) === '' && config.configurable?.['checkpoint_id'] === undefined;
    const { first, lease } = run;
    if (!isNewest) return stored(this.#store.read(config));
    run.first = undefined;
    if (first) return first.tuple;
    return stored(run.apart && lease ? newestOf(this.#store, config, lease.jobId) : this.#store.read(config));
  }

  /**
   * Unlike any other version of the channel, so that what two branches of a thread write is kept apart. LangGraph compares
   * versions as numbers.
   */
  override getNextVersion(current: number | undefined): number {
    return Math.floor(current ?? 0) + 1 + Math.random() / 2;
  }

  override list(...args: Parameters<BaseCheckpointSaver['list']>): AsyncGenerator<CheckpointTuple> {
    return this.#store.list(...args);
  }

  override async put(...put: Put): Promise<RunnableConfig> {
    const [config, checkpoint, metadata, versions] = put;
    const run = this.#runOf(config);
    run.watch.beforeWrite();
    const counted: Put = [
      config,
      checkpoint,
      withTokens(metadata, run.watch.tokens(), run.lease?.jobId),
      versions,
    ];
    const namespace = namespaceOf(config);
    const next = { configurable: { ...config.configurable, checkpoint_id: checkpoint.id } };
    if (metadata.source === 'input') {
      run.inputs.set(namespace, counted);
      return next;
    }
    const input = run.inputs.get(namespace);
    run.inputs.delete(namespace);
    for (const writes of run.tasks) if (isOfStep(writes, config)) run.tasks.delete(writes);
    const puts = input === undefined ? [counted] : [input, counted];
    await this.#written(run, this.#store.put(run.lease, run.thread, puts));
    if (namespace !== '') return next;
    run.apart = false;
    run.watch.stored(checkpoint.channel_values);
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
    await stored(this.#store.forget(threadIds));
  }

  /** Throws LEASE_LOST when the store refused the write, and PAYLOAD_TOO_LARGE when it was one too many. */
  async #written(run: Run, writing: Promise<number | undefined>): Promise<void> {
    const bytes = await stored(writing);
    if (bytes === undefined)
      throw new Failure('LEASE_LOST', 'cannot write a checkpoint: another worker has taken the job over');
    run.bytes += bytes;
    if (run.bytes > MOST_BYTES)
      throw new Failure('PAYLOAD_TOO_LARGE', `the checkpoints of the job exceed ${MOST_BYTES} bytes`);
  }

  async #storeWrites(run: Run, produced: TaskWrites): Promise<void> {
    run.watch.beforeWrite();
    // The checkpoint that the writes belong to has to be there when they are read again.
    const namespace = namespaceOf(produced.config);
    const input = run.inputs.get(namespace);
    run.inputs.delete(namespace);
    if (input !== undefined) await this.#written(run, this.#store.put(run.lease, run.thread, [input]));
    await this.#written(run, this.#store.write(run.lease, run.thread, produced));
  }

  /** What comes after the end of a run is the late word of a step that did not listen to its signal. */
  #runOf(config: RunnableConfig): Run {
    const run = this.#runs.get(String(config.configurable?.[RUN_KEY]));
    if (run === undefined)
      throw new Failure('LEASE_LOST', 'cannot read or write a checkpoint: the run is over');
    return run;
  }
}

async function stored<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw storeFailure('read or write the checkpoints of the job', error);
  }
}
