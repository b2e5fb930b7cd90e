import { MemorySaver } from '@langchain/langgraph-checkpoint';
import type { Checkpoint, CheckpointMetadata, PendingWrite } from '@langchain/langgraph-checkpoint';
import type pg from 'pg';
import type { Put, TaskWrites } from './store.ts';

/** What v0.1.0 kept of one graph of a job, in the tables of LangGraph's own checkpointer. */
export interface OldCheckpoint {
  readonly put: Put;
  readonly writes: readonly TaskWrites[];
}

const { serde } = new MemorySaver();
const decoder = new TextDecoder();

const SELECT = `
  SELECT DISTINCT ON (checkpoint_ns) checkpoint_ns, checkpoint_id, parent_checkpoint_id, checkpoint, metadata,
    (SELECT array_agg(ARRAY[convert_to(blob.channel, 'UTF8'), convert_to(blob.type, 'UTF8'), blob.blob])
     FROM jsonb_each_text(checkpoint -> 'channel_versions') AS version
     JOIN checkpoint_blobs AS blob
       ON blob.thread_id = c.thread_id AND blob.checkpoint_ns = c.checkpoint_ns
      AND blob.channel = version.key AND blob.version = version.value
     WHERE blob.type <> 'empty') AS channel_values,
    (SELECT array_agg(ARRAY[convert_to(task_id, 'UTF8'), convert_to(channel, 'UTF8'), convert_to(type, 'UTF8'), blob]
       ORDER BY task_id, idx)
     FROM checkpoint_writes AS w
     WHERE w.thread_id = c.thread_id AND w.checkpoint_ns = c.checkpoint_ns
       AND w.checkpoint_id = c.checkpoint_id) AS writes
  FROM checkpoints AS c
  WHERE thread_id = $1
  ORDER BY checkpoint_ns, checkpoint_id DESC`;

interface OldRow {
  readonly checkpoint_ns: string;
  readonly checkpoint_id: string;
  readonly parent_checkpoint_id: string | null;
  readonly checkpoint: Omit<Checkpoint, 'channel_values'>;
  readonly metadata: CheckpointMetadata;
  readonly channel_values: readonly (readonly [Uint8Array, Uint8Array, Uint8Array])[] | null;
  readonly writes: readonly (readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array])[] | null;
}

/** Whether this database was used by v0.1.0. */
export async function isLangGraphThere(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ there: boolean }>(
    `SELECT to_regclass('checkpoint_writes') IS NOT NULL AS there`,
  );
  return rows[0]?.there ?? false;
}

/** The newest checkpoint of each graph of a job. */
export async function readLangGraph(pool: pg.Pool, jobId: string): Promise<readonly OldCheckpoint[]> {
  const { rows } = await pool.query<OldRow>(SELECT, [jobId]);
  return Promise.all(rows.map((row) => oldCheckpoint(jobId, row)));
}

async function oldCheckpoint(jobId: string, row: OldRow): Promise<OldCheckpoint> {
  const at = (checkpoint_id: string | null) => ({
    configurable: {
      thread_id: jobId,
      checkpoint_ns: row.checkpoint_ns,
      ...(checkpoint_id === null ? {} : { checkpoint_id }),
    },
  });
  const values = await Promise.all(
    (row.channel_values ?? []).map(async ([channel, type, value]): Promise<[string, unknown]> => [
      decoder.decode(channel),
      await serde.loadsTyped(decoder.decode(type), value),
    ]),
  );
  const checkpoint = { ...row.checkpoint, channel_values: Object.fromEntries(values) };
  const tasks = new Map<string, PendingWrite[]>();
  for (const [task, channel, type, value] of row.writes ?? []) {
    const id = decoder.decode(task);
    const written: PendingWrite = [
      decoder.decode(channel),
      await serde.loadsTyped(decoder.decode(type), value),
    ];
    tasks.set(id, [...(tasks.get(id) ?? []), written]);
  }
  const config = at(row.checkpoint_id);
  return {
    put: [at(row.parent_checkpoint_id), checkpoint, row.metadata, checkpoint.channel_versions],
    writes: [...tasks].map(([taskId, writes]) => ({ config, writes, taskId })),
  };
}
