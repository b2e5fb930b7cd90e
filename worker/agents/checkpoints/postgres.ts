import type { RunnableConfig } from '@langchain/core/runnables';
import type {
  Checkpoint,
  CheckpointMetadata,
  CheckpointTuple,
  PendingWrite,
} from '@langchain/langgraph-checkpoint';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import type pg from 'pg';
import type { BatchSaver, Put } from './run-checkpoints.ts';
import { TOKENS_KEY } from '../model/token-budget.ts';

/** A row for one of the tables, and what ends the statement that inserts it. */
type Row = readonly unknown[];

/**
 * LangGraph's own checkpointer on its own tables, writing each step as one statement: one round trip and one commit, where the
 * original takes a transaction of one statement a row.
 */
export class PostgresCheckpoints extends PostgresSaver implements BatchSaver {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    super(pool);
    this.#pool = pool;
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const { thread, namespace, parent: id } = keysOf(config);
    const newest = id === null;
    const { rows } = await this.#pool.query<CheckpointRow>({
      name: newest ? 'newest_checkpoint' : 'one_checkpoint',
      text: newest ? `${SELECT} ORDER BY checkpoint_id DESC LIMIT 1` : `${SELECT} AND checkpoint_id = $3`,
      values: newest ? [thread, namespace] : [thread, namespace, id],
    });
    const [row] = rows;
    if (row === undefined) return undefined;
    const at = (checkpoint_id: string) => ({
      configurable: { thread_id: thread, checkpoint_ns: namespace, checkpoint_id },
    });
    const tuple: CheckpointTuple = {
      config: at(row.checkpoint_id),
      checkpoint: await this._loadCheckpoint(row.checkpoint, row.channel_values ?? []),
      metadata: row.metadata,
      pendingWrites: await this._loadWrites(row.pending_writes ?? []),
    };
    return row.parent_checkpoint_id === null
      ? tuple
      : { ...tuple, parentConfig: at(row.parent_checkpoint_id) };
  }

  override async put(...put: Put): Promise<RunnableConfig> {
    await this.putAll([put]);
    return put[0];
  }

  async putAll(puts: readonly Put[]): Promise<void> {
    const checkpoints: Row[] = [];
    const blobs: Row[] = [];
    for (const [config, checkpoint, metadata, versions] of puts) {
      const { thread, namespace, parent } = keysOf(config);
      const values = await this._dumpBlobs(thread, namespace, checkpoint.channel_values, versions);
      blobs.push(...values.map((row) => row.map(bytes)));
      const plain = JSON.stringify(this._dumpCheckpoint(checkpoint));
      // LangGraph types it as any; it is made for the JSONB column.
      const about = JSON.stringify(await this._dumpMetadata(metadata));
      checkpoints.push([thread, namespace, checkpoint.id, parent, plain, about]);
    }
    await this.#run(putStatement(checkpoints.length, blobs.length), [...checkpoints, ...blobs]);
  }

  override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string): Promise<void> {
    const { thread, namespace, parent } = keysOf(config);
    // Its own type asks for pairs that can be changed.
    const rows = await this._dumpWrites(
      thread,
      namespace,
      parent ?? '',
      taskId,
      writes as [string, unknown][],
    );
    // Of the special channels (errors, interrupts) there is one a task, and the newest counts.
    const special = rows.every((row) => row[4] < 0);
    await this.#run(
      writesStatement(rows.length, special),
      rows.map((row) => row.map(bytes)),
    );
  }

  /** Forgets these threads in one statement. */
  async deleteThreads(threadIds: readonly string[]): Promise<void> {
    await this.#pool.query({ name: 'delete_threads', text: DELETE_THREADS, values: [[...threadIds]] });
  }

  async tokens(threadId: string): Promise<number> {
    const { rows } = await this.#pool.query<{ tokens: number }>({
      name: 'thread_tokens',
      text: THREAD_TOKENS,
      values: [threadId, TOKENS_KEY],
    });
    return rows[0]?.tokens ?? 0;
  }

  async #run(text: string, rows: readonly Row[]): Promise<void> {
    await this.#pool.query({ name: nameOf(text), text, values: rows.flat() });
  }
}

/** A checkpoint with the values of its channels and what its unfinished step has produced. */
interface CheckpointRow {
  readonly checkpoint_id: string;
  readonly parent_checkpoint_id: string | null;
  readonly checkpoint: Omit<Checkpoint, 'channel_values'>;
  readonly metadata: CheckpointMetadata;
  /** Name, type and value. */
  readonly channel_values: [Uint8Array, Uint8Array, Uint8Array][] | null;
  /** Task, channel, type and value. */
  readonly pending_writes: [Uint8Array, Uint8Array, Uint8Array, Uint8Array][] | null;
}

const SELECT = `
  SELECT checkpoint_id, parent_checkpoint_id, checkpoint, metadata,
    (SELECT array_agg(ARRAY[convert_to(blob.channel, 'UTF8'), convert_to(blob.type, 'UTF8'), blob.blob])
     FROM jsonb_each_text(checkpoint -> 'channel_versions') AS version
     JOIN checkpoint_blobs AS blob
       ON blob.thread_id = c.thread_id AND blob.checkpoint_ns = c.checkpoint_ns
      AND blob.channel = version.key AND blob.version = version.value) AS channel_values,
    (SELECT array_agg(ARRAY[convert_to(task_id, 'UTF8'), convert_to(channel, 'UTF8'), convert_to(type, 'UTF8'), blob] ORDER BY task_id, idx)
     FROM checkpoint_writes AS w
     WHERE w.thread_id = c.thread_id AND w.checkpoint_ns = c.checkpoint_ns
       AND w.checkpoint_id = c.checkpoint_id) AS pending_writes
  FROM checkpoints AS c
  WHERE thread_id = $1 AND checkpoint_ns = $2`;

const DELETE_THREADS = `
  WITH blobs AS (DELETE FROM checkpoint_blobs WHERE thread_id = ANY($1)),
       writes AS (DELETE FROM checkpoint_writes WHERE thread_id = ANY($1))
  DELETE FROM checkpoints WHERE thread_id = ANY($1)`;

const THREAD_TOKENS = `
  SELECT max((metadata ->> $2::text)::float8) AS tokens FROM checkpoints WHERE thread_id = $1`;

/** Columns of checkpoints, and of blobs, that a row fills. */
const WIDTH = 6;

function putStatement(checkpoints: number, blobs: number): string {
  const blobRows = `
    INSERT INTO checkpoint_blobs (thread_id, checkpoint_ns, channel, version, type, blob)
    VALUES ${places(blobs, WIDTH, checkpoints * WIDTH)}
    ON CONFLICT (thread_id, checkpoint_ns, channel, version) DO NOTHING`;
  return `${blobs > 0 ? `WITH blobs AS (${blobRows})` : ''}
    INSERT INTO checkpoints (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, checkpoint, metadata)
    VALUES ${places(checkpoints, WIDTH, 0)}
    ON CONFLICT (thread_id, checkpoint_ns, checkpoint_id)
    DO UPDATE SET checkpoint = excluded.checkpoint, metadata = excluded.metadata`;
}

function writesStatement(rows: number, replacing: boolean): string {
  const conflict = replacing
    ? 'DO UPDATE SET channel = excluded.channel, type = excluded.type, blob = excluded.blob'
    : 'DO NOTHING';
  return `
    INSERT INTO checkpoint_writes (thread_id, checkpoint_ns, checkpoint_id, task_id, idx, channel, type, blob)
    VALUES ${places(rows, 8, 0)}
    ON CONFLICT (thread_id, checkpoint_ns, checkpoint_id, task_id, idx) ${conflict}`;
}

/** `($1, $2), ($3, $4)`, counted from after `before`. */
function places(rows: number, width: number, before: number): string {
  const row = (at: number) =>
    Array.from({ length: width }, (_, column) => `$${before + at * width + column + 1}`);
  return Array.from({ length: rows }, (_, at) => `(${row(at).join(', ')})`).join(', ');
}

const names = new Map<string, string>();

/** A statement is prepared once a connection under its name. There are a few dozen: one for each number of rows. */
function nameOf(text: string): string {
  const name = names.get(text) ?? `checkpoints_${names.size}`;
  names.set(text, name);
  return name;
}

function keysOf(config: RunnableConfig): { thread: string; namespace: string; parent: string | null } {
  // The keys that LangGraph puts there (langgraph-checkpoint, BaseCheckpointSaver).
  const keys = (config.configurable ?? {}) as Readonly<Record<string, string | undefined>>;
  return {
    thread: keys['thread_id'] ?? '',
    namespace: keys['checkpoint_ns'] ?? '',
    parent: keys['checkpoint_id'] ?? null,
  };
}

/** pg sends buffers as they are, and other views as JSON. */
function bytes(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}
