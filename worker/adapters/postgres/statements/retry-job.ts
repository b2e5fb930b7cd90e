import type pg from 'pg';
import type { Retried } from '../../../job-store.ts';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';

/** A new token, so that its next end is another one than its last. A deadline was that of its last. */
const statement = {
  name: 'retry_job',
  text: `
    WITH job AS (
      SELECT job_id, status, request FROM agent_jobs WHERE job_id = $1 AND ${isOurs(2)} FOR UPDATE
    ), retried AS (
      UPDATE agent_jobs SET
        status = 'queued', finished_at = NULL, token = token + 1, cancel_requested = false,
        failures = 0, crashes = 0, away_since = NULL, available_at = now(), waits_here = true,
        options = options - 'deadline_seconds'
      WHERE job_id = (SELECT job_id FROM job WHERE status IN ('failed', 'cancelled') AND request <> '')
    )
    SELECT CASE
      WHEN status IN ('queued', 'running') THEN 'unfinished'
      WHEN status = 'completed' THEN 'completed'
      WHEN request = '' THEN 'malformed'
      ELSE 'retried'
    END AS answer FROM job`,
};

export async function retryJob(pool: pg.Pool, group: Group, jobId: string): Promise<Retried> {
  const [row] = await query<{ answer: Retried }>(pool, statement, [jobId, group]);
  return row?.answer ?? 'unknown';
}
