import type pg from 'pg';
import { query } from '../connection.ts';
import { transaction } from '../transaction.ts';

const LOCK = {
  name: 'lock_thread',
  text: `SELECT thread_id FROM agent_threads WHERE thread_id = $1 AND job_group = $2 FOR UPDATE`,
};
const UNFINISHED = {
  name: 'unfinished_of_thread',
  text: `SELECT job_id FROM agent_jobs WHERE (thread_id = $1 OR job_id = $1) AND finished_at IS NULL`,
};
const REMOVE = {
  name: 'remove_thread',
  text: `
    WITH state AS (DELETE FROM agent_checkpoints WHERE job_id = $1),
      jobs AS (DELETE FROM agent_jobs WHERE thread_id = $1)
    DELETE FROM agent_threads WHERE thread_id = $1`,
};
const COPY = {
  name: 'copy_thread',
  text: `
    WITH thread AS (
      INSERT INTO agent_threads (thread_id, job_group, tenant, metadata, definition)
      SELECT $2, job_group, tenant, metadata || jsonb_build_object('thread_id', $2::text), definition
      FROM agent_threads WHERE thread_id = $1 AND job_group = $3
      RETURNING thread_id
    ), state AS (
      INSERT INTO agent_checkpoints (job_id, run_id, namespace, kind, key, token, channel, refs, tokens, type, bytes)
      SELECT thread.thread_id, coalesce(run_id, job_id), namespace, kind, key, token, channel, refs, tokens, type, bytes
      FROM thread, agent_checkpoints WHERE job_id = $1 ORDER BY sequence
    )
    SELECT thread_id FROM thread`,
};
const HOLD = {
  name: 'hold_thread',
  text: `UPDATE agent_threads SET edited_until = now() + $2 * interval '1 ms' WHERE thread_id = $1`,
};
const LET_GO = {
  name: 'let_go_of_thread',
  text: `UPDATE agent_threads SET edited_until = NULL, updated_at = now() WHERE thread_id = $1 AND job_group = $2`,
};
const REMOVE_RUN = {
  name: 'remove_run',
  text: `
    WITH run AS (
      DELETE FROM agent_jobs WHERE job_id = $2 AND thread_id = $1 RETURNING job_id
    ), state AS (
      DELETE FROM agent_checkpoints WHERE job_id = $1 AND run_id = $2 AND $3
    )
    SELECT job_id FROM run`,
};

/** Does something with a thread of which no job is unfinished, and lets none begin meanwhile. */
async function withIdle<T>(
  pool: pg.Pool,
  group: string,
  threadId: string,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T | 'busy' | 'unknown'> {
  return transaction(pool, async (client) => {
    // Whoever adds a job to the thread waits for this lock.
    if ((await query(client, LOCK, [threadId, group])).length === 0) return 'unknown';
    if ((await query(client, UNFINISHED, [threadId])).length > 0) return 'busy';
    return work(client);
  });
}

export function removeThread(
  pool: pg.Pool,
  group: string,
  threadId: string,
): Promise<'removed' | 'busy' | 'unknown'> {
  return withIdle(pool, group, threadId, async (client) => {
    await query(client, REMOVE, [threadId]);
    return 'removed' as const;
  });
}

export async function copyThread(pool: pg.Pool, group: string, from: string, to: string): Promise<boolean> {
  return (await query(pool, COPY, [from, to, group])).length > 0;
}

export function holdThread(
  pool: pg.Pool,
  group: string,
  threadId: string,
  holdMs: number,
): Promise<'held' | 'busy' | 'unknown'> {
  return withIdle(pool, group, threadId, async (client) => {
    await query(client, HOLD, [threadId, holdMs]);
    return 'held' as const;
  });
}

export async function letGoOfThread(pool: pg.Pool, group: string, threadId: string): Promise<void> {
  await query(pool, LET_GO, [threadId, group]);
}

const IS_UNFINISHED = {
  name: 'is_run_unfinished',
  text: `SELECT finished_at IS NULL AS unfinished FROM agent_jobs WHERE job_id = $2 AND thread_id = $1`,
};

export async function removeRun(
  pool: pg.Pool,
  group: string,
  threadId: string,
  runId: string,
  state: boolean,
): Promise<'removed' | 'busy' | 'unknown'> {
  return transaction(pool, async (client) => {
    if ((await query(client, LOCK, [threadId, group])).length === 0) return 'unknown';
    const [run] = await query<{ unfinished: boolean }>(client, IS_UNFINISHED, [threadId, runId]);
    if (run === undefined) return 'unknown';
    if (run.unfinished) return 'busy';
    await query(client, REMOVE_RUN, [threadId, runId, state]);
    return 'removed';
  });
}
