import type pg from 'pg';
import { query } from '../connection.ts';

const statement = {
  name: 'remove_jobs',
  text: `DELETE FROM agent_jobs WHERE job_id = ANY ($1::text[]) AND finished_at IS NOT NULL`,
};

export async function removeJobs(pool: pg.Pool, jobIds: readonly string[]): Promise<void> {
  await query(pool, statement, [jobIds]);
}
