import type pg from 'pg';
import type { JsonObject } from '../../../json.ts';
import type { ThreadFilter, ThreadPage, ThreadRecord } from '../../../thread-store.ts';
import { query } from '../connection.ts';
import { isOpenTo } from '../statements/group.ts';
import { THREAD_COLUMNS, threadFrom } from './thread-rows.ts';
import type { ThreadRow } from './thread-rows.ts';

const CREATE = {
  name: 'create_thread',
  text: `
    INSERT INTO agent_threads (thread_id, job_group, metadata, tenant)
    SELECT $1, $2, $3, $4 WHERE ${isOpenTo('$1', 2)}
    ON CONFLICT (thread_id) DO NOTHING RETURNING thread_id`,
};
const READ = {
  name: 'read_thread',
  text: `SELECT ${THREAD_COLUMNS} FROM agent_threads AS thread WHERE thread_id = $1 AND job_group = $2`,
};
const PATCH = {
  name: 'patch_thread',
  text: `
    UPDATE agent_threads SET metadata = metadata || $3::jsonb, updated_at = now()
    WHERE thread_id = $1 AND job_group = $2 RETURNING thread_id`,
};

/** Those that are meant, of a group; temporary ones are nobody's to find. */
const FOUND = `
    SELECT * FROM (SELECT ${THREAD_COLUMNS} FROM agent_threads AS thread
      WHERE job_group = $1 AND NOT temporary
        AND ($2::text[] IS NULL OR thread_id = ANY ($2)) AND ($3::jsonb IS NULL OR metadata @> $3)
        AND ($5::text IS NULL OR tenant = $5)
    ) AS found WHERE ($4::text IS NULL OR status = $4)`;
const COUNT = { name: 'count_threads', text: `SELECT count(*)::integer AS threads FROM (${FOUND}) AS meant` };

function wanted(group: string, { ids, metadata, status, tenant }: ThreadFilter): readonly unknown[] {
  const held = metadata === undefined ? null : JSON.stringify(metadata);
  return [group, ids ?? null, held, status ?? null, tenant ?? null];
}

export async function createThread(
  pool: pg.Pool,
  group: string,
  threadId: string,
  metadata: JsonObject,
  tenant: string | undefined,
): Promise<boolean> {
  const values = [threadId, group, JSON.stringify(metadata), tenant ?? null];
  return (await query(pool, CREATE, values)).length > 0;
}

export async function readThread(
  pool: pg.Pool,
  group: string,
  threadId: string,
): Promise<ThreadRecord | undefined> {
  const [row] = await query<ThreadRow>(pool, READ, [threadId, group]);
  return row && threadFrom(row);
}

export async function patchThread(
  pool: pg.Pool,
  group: string,
  threadId: string,
  metadata: JsonObject,
): Promise<boolean> {
  return (await query(pool, PATCH, [threadId, group, JSON.stringify(metadata)])).length > 0;
}

export async function searchThreads(
  pool: pg.Pool,
  group: string,
  filter: ThreadFilter,
  { limit, offset, sortBy, descending }: ThreadPage,
): Promise<readonly ThreadRecord[]> {
  const direction = descending ? 'DESC' : 'ASC';
  // A column and a direction of the lists above: nothing of a client is part of the statement.
  const statement = {
    name: `search_threads_by_${sortBy}_${direction}`,
    text: `${FOUND} ORDER BY ${sortBy} ${direction}, thread_id LIMIT $6 OFFSET $7`,
  };
  const rows = await query<ThreadRow>(pool, statement, [...wanted(group, filter), limit, offset]);
  return rows.map(threadFrom);
}

export async function countThreads(pool: pg.Pool, group: string, filter: ThreadFilter): Promise<number> {
  const [row] = await query<{ threads: number }>(pool, COUNT, wanted(group, filter));
  return row?.threads ?? 0;
}
