import type pg from 'pg';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';

/**
 * A job that should have a worker or a message by now waits here from now on. One that nobody has claimed yet is left alone
 * unless it was asked for before the oldest message that waits ($2).
 */
const statement = {
  name: 'adopt_jobs',
  text: `
    WITH lost AS (
      SELECT job_id FROM agent_jobs
      WHERE finished_at IS NULL AND NOT waits_here AND ${isOurs(4)}
        AND greatest(lease_until, available_at) < now() - $1 * interval '1 ms'
        AND (token > 0 OR created_at < $2::timestamptz)
      ORDER BY created_at LIMIT $3 FOR UPDATE SKIP LOCKED
    )
    UPDATE agent_jobs AS job SET waits_here = true
    FROM lost WHERE job.job_id = lost.job_id
    RETURNING job.job_id`,
};

export async function adoptJobs(
  pool: pg.Pool,
  group: Group,
  graceMs: number,
  untouchedBefore: number,
  limit: number,
): Promise<readonly string[]> {
  const before = Number.isFinite(untouchedBefore) ? new Date(untouchedBefore).toISOString() : 'infinity';
  const rows = await query<{ job_id: string }>(pool, statement, [graceMs, before, limit, group]);
  return rows.map((row) => row.job_id);
}
