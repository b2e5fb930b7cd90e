import type pg from 'pg';
import type { CronFilter, CronPage, CronRecord } from '../../../cron-store.ts';
import { query } from '../connection.ts';
import { CRON_COLUMNS, cronFrom } from './cron-rows.ts';
import type { CronRow } from './cron-rows.ts';

const READ = {
  name: 'read_cron',
  text: `SELECT ${CRON_COLUMNS} FROM agent_crons WHERE cron_id = $1 AND job_group = $2`,
};

/** Those that are meant, of a group. */
const FOUND = `
    FROM agent_crons
    WHERE job_group = $1 AND ($2::text[] IS NULL OR assistant_id = ANY ($2)) AND ($3::text IS NULL OR thread_id = $3)
      AND ($4::boolean IS NULL OR enabled = $4) AND ($5::jsonb IS NULL OR metadata @> $5)
      AND ($6::text IS NULL OR tenant = $6)`;
const COUNT = { name: 'count_crons', text: `SELECT count(*)::integer AS crons ${FOUND}` };

const SORTED = {
  cron_id: 'cron_id',
  assistant_id: 'assistant_id',
  thread_id: 'thread_id',
  created_at: 'created_at',
  updated_at: 'updated_at',
  next_run_date: 'next_at',
} as const satisfies Record<CronPage['sortBy'], string>;

function wanted(group: string, filter: CronFilter): readonly unknown[] {
  const { assistantIds, threadId, enabled, metadata, tenant } = filter;
  const holds = metadata === undefined ? null : JSON.stringify(metadata);
  return [group, assistantIds ?? null, threadId ?? null, enabled ?? null, holds, tenant ?? null];
}

export async function readCron(
  pool: pg.Pool,
  group: string,
  cronId: string,
): Promise<CronRecord | undefined> {
  const [row] = await query<CronRow>(pool, READ, [cronId, group]);
  return row && cronFrom(row);
}

export async function searchCrons(
  pool: pg.Pool,
  group: string,
  filter: CronFilter,
  { limit, offset, sortBy, descending }: CronPage,
): Promise<readonly CronRecord[]> {
  const direction = descending ? 'DESC' : 'ASC';
  // A column and a direction of the lists above: nothing of a client is part of the statement.
  const statement = {
    name: `search_crons__by_${sortBy}_${direction}`,
    text: `SELECT ${CRON_COLUMNS} ${FOUND} ORDER BY ${SORTED[sortBy]} ${direction} NULLS LAST, cron_id LIMIT $7 OFFSET $8`,
  };
  const rows = await query<CronRow>(pool, statement, [...wanted(group, filter), limit, offset]);
  return rows.map(cronFrom);
}

export async function countCrons(pool: pg.Pool, group: string, filter: CronFilter): Promise<number> {
  const [row] = await query<{ crons: number }>(pool, COUNT, wanted(group, filter));
  return row?.crons ?? 0;
}
