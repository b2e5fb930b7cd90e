import type pg from 'pg';
import { query } from '../connection.ts';

/** A thread that was made for one job goes with it. */
const statement = {
  name: 'remove_jobs',
  text: `
    WITH gone AS (
      DELETE FROM agent_jobs WHERE job_id = ANY ($1::text[]) AND finished_at IS NOT NULL RETURNING thread_id
    ), threads AS (
      DELETE FROM agent_threads WHERE temporary AND thread_id IN (SELECT thread_id FROM gone) RETURNING thread_id
    )
    DELETE FROM agent_checkpoints WHERE job_id IN (SELECT thread_id FROM threads)`,
};

export async function removeJobs(pool: pg.Pool, jobIds: readonly string[]): Promise<void> {
  await query(pool, statement, [jobIds]);
}
