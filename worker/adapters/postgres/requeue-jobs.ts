import type pg from 'pg';
import { run } from './connection.ts';

/**
 * A job that should have a worker or a message by now gets a new message. The id holds the token: two workers that find the
 * same job write one message. A job that nobody has claimed yet is left alone while messages wait in the queue ($2).
 */
const statement = {
  name: 'requeue_jobs',
  text: `
    WITH lost AS (
      SELECT job_id FROM agent_jobs
      WHERE finished_at IS NULL
        AND greatest(lease_until, available_at) < now() - $1 * interval '1 ms'
        AND (token > 0 OR $2)
      ORDER BY created_at LIMIT $3 FOR UPDATE SKIP LOCKED
    ), requeued AS (
      UPDATE agent_jobs AS job SET status = 'queued', lease_owner = NULL, lease_until = NULL, available_at = now()
      FROM lost WHERE job.job_id = lost.job_id
      RETURNING job.job_id, job.token, job.request
    ), written AS (
      INSERT INTO agent_outbox (id, subject, headers, body, held_until)
      SELECT 'requeue:' || job_id || ':' || token, $4,
        '{"Content-Type":"application/cloudevents+json"}', convert_to(request, 'UTF8'), now()
      FROM requeued
      ON CONFLICT (id) DO NOTHING
    )
    SELECT job_id FROM requeued`,
};

export async function requeueJobs(
  pool: pg.Pool,
  graceMs: number,
  untouchedToo: boolean,
  limit: number,
  subject: string,
): Promise<readonly string[]> {
  const rows = await run<{ job_id: string }>(pool, statement, [graceMs, untouchedToo, limit, subject]);
  return rows.map((row) => row.job_id);
}
