import type pg from 'pg';
import { run } from '../connection.ts';

const statement = {
  name: 'look_for_expired_jobs',
  text: `
    SELECT job_id FROM agent_jobs WHERE finished_at < now() - $1 * interval '1 ms'
    ORDER BY finished_at LIMIT $2`,
};

export async function expiredJobs(pool: pg.Pool, ageMs: number, limit: number): Promise<readonly string[]> {
  const rows = await run<{ job_id: string }>(pool, statement, [ageMs, limit]);
  return rows.map((row) => row.job_id);
}
