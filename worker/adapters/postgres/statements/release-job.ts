import type pg from 'pg';
import type { Lease, Release } from '../../../job-store.ts';
import { query } from '../connection.ts';
import { errorJson } from './job-rows.ts';

const statement = {
  name: 'release_job',
  text: `
    UPDATE agent_jobs SET
      status = 'queued', lease_owner = NULL, lease_until = NULL,
      available_at = now() + $3 * interval '1 ms',
      waits_here = $4,
      error = coalesce($5, error),
      failures = failures + ($6 = 'attempt')::integer,
      away_since = CASE WHEN $6 = 'time' THEN coalesce(away_since, now()) ELSE away_since END,
      attempts = attempts - ($6 = 'nothing')::integer
    WHERE job_id = $1 AND token = $2 AND status = 'running'
    RETURNING job_id`,
};

export async function releaseJob(
  pool: pg.Pool,
  lease: Lease,
  { delayMs, counts, waitsHere, error }: Release,
): Promise<boolean> {
  const rows = await query(pool, statement, [
    lease.jobId,
    lease.token,
    delayMs,
    waitsHere,
    error ? errorJson(error) : null,
    counts,
  ]);
  return rows.length > 0;
}
