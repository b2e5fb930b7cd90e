import type pg from 'pg';
import type { Lease } from '../../job-store.ts';
import { rowsOf } from '../../statement.ts';
import type { Statement } from '../../statement.ts';
import { isLangGraphThere, readLangGraph } from './langgraph-tables.ts';
import { keysOf, putRows, tupleOf, writeRows } from './rows.ts';
import type { CheckpointRow, ReadRow } from './rows.ts';
import type { CheckpointStore } from './store.ts';

/**
 * Writes rows in the name of a lease, as one statement and one commit. The job's row is locked for it, so that a claim and a
 * write of the worker before come one after the other; a write that comes second finds no row, and writes nothing. What the job
 * has been through is forgotten: it has come a step further.
 */
const OF_THE_HOLDER = `
      SELECT job_id FROM agent_jobs
      WHERE job_id = $1 AND token = $2 AND status = 'running' FOR NO KEY UPDATE`;
const BY_HAND = `
      SELECT thread_id AS job_id FROM agent_threads
      WHERE thread_id = $1 AND edited_until > now() FOR NO KEY UPDATE`;

const writing = (name: string, held: string) => ({
  name,
  text: `
    WITH held AS (${held}
    ), forgiven AS (
      UPDATE agent_jobs AS job SET failures = 0, crashes = 0, away_since = NULL
      FROM held WHERE job.job_id = held.job_id
        AND (job.failures > 0 OR job.crashes > 0 OR job.away_since IS NOT NULL)
    ), written AS (
      INSERT INTO agent_checkpoints (job_id, run_id, namespace, kind, key, token, channel, refs, tokens, type, bytes)
      SELECT $11, nullif(held.job_id, $11), row.namespace, row.kind, row.key, $2, row.channel,
        ARRAY(SELECT jsonb_array_elements_text(row.refs)), row.tokens, row.type, row.bytes
      FROM held, unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::float8[], $9::text[], $10::bytea[])
        WITH ORDINALITY AS row (namespace, kind, key, channel, refs, tokens, type, bytes, place)
      ORDER BY row.place
      ON CONFLICT (job_id, namespace, kind, key) DO UPDATE SET
        token = excluded.token, run_id = excluded.run_id, channel = excluded.channel, refs = excluded.refs, tokens = excluded.tokens,
        type = excluded.type, bytes = excluded.bytes
    )
    SELECT FROM held`,
});

const WRITE = writing('write_checkpoints', OF_THE_HOLDER);
const EDIT = writing('edit_checkpoints', BY_HAND);

function select(which: string): string {
  return `
    SELECT c.type, c.bytes,
      (SELECT array_agg(ARRAY[convert_to(v.channel, 'UTF8'), convert_to(v.type, 'UTF8'), v.bytes])
       FROM agent_checkpoints AS v
       WHERE v.job_id = c.job_id AND v.namespace = c.namespace AND v.kind = 'value' AND v.key = ANY (c.refs)) AS channel_values,
      (SELECT array_agg(ARRAY[convert_to(w.key, 'UTF8'), convert_to(w.channel, 'UTF8'), convert_to(w.type, 'UTF8'), w.bytes]
         ORDER BY w.sequence)
       FROM agent_checkpoints AS w
       WHERE w.job_id = c.job_id AND w.namespace = c.namespace AND w.kind = 'write'
         AND starts_with(w.key, c.key || E'\\n')) AS writes
    FROM agent_checkpoints AS c
    WHERE c.job_id = $1 AND c.namespace = $2 AND c.kind = 'checkpoint' ${which}`;
}

const NEWEST = { name: 'newest_checkpoint', text: select('ORDER BY c.sequence DESC LIMIT 1') };
const ONE = { name: 'one_checkpoint', text: select('AND c.key = $3') };
const ALL = { name: 'all_checkpoints', text: select('ORDER BY c.sequence DESC') };
const OF_A_RUN = {
  name: 'checkpoints_of_a_run',
  text: select('AND coalesce(c.run_id, c.job_id) = $3 ORDER BY c.sequence DESC LIMIT $4'),
};

const USAGE = {
  name: 'usage_of_checkpoints',
  text: `
    SELECT coalesce(max(tokens), 0)::float8 AS tokens, coalesce(sum(octet_length(bytes)), 0)::float8 AS bytes
    FROM agent_checkpoints WHERE job_id = $1 AND coalesce(run_id, job_id) = $2`,
};

/** Rows that one statement deletes: a job may have many, and large ones, and a statement has seconds. */
const FORGET_ROWS = 500;

const FORGET = {
  name: 'forget_checkpoints',
  text: `
    WITH batch AS (
      SELECT ctid FROM agent_checkpoints WHERE job_id = ANY ($1::text[])
        AND NOT EXISTS (SELECT FROM agent_threads WHERE thread_id = job_id)
      LIMIT ${FORGET_ROWS}
    )
    DELETE FROM agent_checkpoints WHERE ctid = ANY (ARRAY(SELECT ctid FROM batch)) RETURNING true`,
};

/** Whether metadata has these values, as the checkpointers of LangGraph compare them. */
function hasAll(metadata: object | undefined, filter: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(filter).every(
    ([key, value]) => JSON.stringify(metadata && Reflect.get(metadata, key)) === JSON.stringify(value),
  );
}

/** Checkpoints in a table of our own. */
export function postgresCheckpoints(pool: pg.Pool): CheckpointStore {
  const query = <Row extends pg.QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> => rowsOf<Row>(pool, statement, values);

  const write = async (
    lease: Lease | undefined,
    thread: string,
    given: readonly CheckpointRow[],
  ): Promise<number | undefined> => {
    // One statement cannot write a row twice.
    const rows = [
      ...new Map(given.map((row) => [`${row.namespace}\n${row.kind}\n${row.key}`, row])).values(),
    ];
    const held = await query(lease ? WRITE : EDIT, [
      lease?.jobId ?? thread,
      lease?.token ?? 0,
      rows.map((row) => row.namespace),
      rows.map((row) => row.kind),
      rows.map((row) => row.key),
      rows.map((row) => row.channel),
      rows.map((row) => JSON.stringify(row.refs)),
      rows.map((row) => row.tokens),
      rows.map((row) => row.type),
      rows.map(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
      thread,
    ]);
    return held.length === 0 ? undefined : rows.reduce((sum, { bytes }) => sum + bytes.length, 0);
  };

  return {
    async read(config) {
      const { thread, namespace, checkpoint } = keysOf(config);
      const [row] =
        checkpoint === undefined
          ? await query<ReadRow>(NEWEST, [thread, namespace])
          : await query<ReadRow>(ONE, [thread, namespace, checkpoint]);
      return row && tupleOf(thread, namespace, row);
    },
    async *list(config, options) {
      const { thread, namespace } = keysOf(config);
      const before = options?.before && keysOf(options.before).checkpoint;
      const { limit, filter = {} } = options ?? {};
      const { run_id, ...others } = filter;
      const isOfARun = typeof run_id === 'string' && before === undefined;
      // All of a long thread take long to read: what can be left out is left out by the database.
      const most = Object.keys(others).length === 0 ? limit : undefined;
      const rows = isOfARun
        ? await query<ReadRow>(OF_A_RUN, [thread, namespace, run_id, most ?? null])
        : await query<ReadRow>(ALL, [thread, namespace]);
      let left = limit ?? Infinity;
      let begun = before === undefined;
      for (const row of rows) {
        if (left <= 0) return;
        const tuple = await tupleOf(thread, namespace, row);
        if (begun && hasAll(tuple.metadata, isOfARun ? others : filter)) {
          left -= 1;
          yield tuple;
        }
        begun ||= tuple.checkpoint.id === before;
      }
    },
    put: async (lease, thread, puts) => write(lease, thread, (await Promise.all(puts.map(putRows))).flat()),
    write: async (lease, thread, produced) => write(lease, thread, await writeRows(produced)),
    async usage(threadId, jobId = threadId) {
      const [row] = await query<{ tokens: number; bytes: number }>(USAGE, [threadId, jobId]);
      return { tokens: row?.tokens ?? 0, bytes: row?.bytes ?? 0 };
    },
    async forget(threadIds) {
      for (let deleted = FORGET_ROWS; deleted === FORGET_ROWS;)
        deleted = (await query(FORGET, [threadIds])).length;
    },
    async adopt(lease) {
      // A job that was claimed once only is ours from the start.
      if (lease.token < 2 || !(await isLangGraphThere(pool))) return false;
      const old = await readLangGraph(pool, lease.jobId);
      const puts = await Promise.all(old.map(({ put }) => putRows(put)));
      const writes = await Promise.all(old.flatMap(({ writes: tasks }) => tasks.map(writeRows)));
      const rows = [...puts, ...writes].flat();
      return rows.length > 0 && (await write(lease, lease.jobId, rows)) !== undefined;
    },
  };
}
