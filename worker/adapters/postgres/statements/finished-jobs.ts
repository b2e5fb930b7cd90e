import type pg from 'pg';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';

const statement = {
  name: 'look_for_finished_jobs',
  text: `SELECT job_id FROM agent_jobs WHERE job_id = ANY ($1::text[]) AND finished_at IS NOT NULL AND ${isOurs(2)}`,
};

export async function finishedJobs(
  pool: pg.Pool,
  group: Group,
  jobIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await query<{ job_id: string }>(pool, statement, [jobIds, group]);
  return rows.map((row) => row.job_id);
}
