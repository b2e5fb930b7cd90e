import type pg from 'pg';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';

const statement = {
  name: 'look_for_expired_jobs',
  text: `
    SELECT job_id FROM agent_jobs
    WHERE finished_at < now() - $1 * interval '1 ms' AND ${isOurs(3)}
    ORDER BY finished_at LIMIT $2`,
};

export async function expiredJobs(
  pool: pg.Pool,
  group: Group,
  ageMs: number,
  limit: number,
): Promise<readonly string[]> {
  const rows = await query<{ job_id: string }>(pool, statement, [ageMs, limit, group]);
  return rows.map((row) => row.job_id);
}
