import type pg from 'pg';
import { query } from '../connection.ts';

const statement = {
  name: 'next_job_of_thread',
  text: `
    SELECT later.job_id FROM agent_jobs AS job
    JOIN agent_jobs AS later ON later.thread_id = coalesce(job.thread_id, job.job_id)
      AND (later.created_at, later.job_id) > (job.created_at, job.job_id)
    WHERE job.job_id = $1 AND job.job_group = $2 AND later.job_group = $2
      AND later.error ->> 'code' IS DISTINCT FROM 'INVALID_EVENT'
    ORDER BY later.created_at, later.job_id LIMIT 1`,
};

export async function nextJob(pool: pg.Pool, group: string, jobId: string): Promise<string | undefined> {
  const [row] = await query<{ job_id: string }>(pool, statement, [jobId, group]);
  return row?.job_id;
}
