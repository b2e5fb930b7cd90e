import type pg from 'pg';
import type { JobError, Lease } from '../../ports.ts';
import { run } from './connection.ts';

const statement = {
  name: 'release_job',
  text: `
    UPDATE agent_jobs SET
      status = 'queued', lease_owner = NULL, lease_until = NULL,
      available_at = now() + $3 * interval '1 ms',
      attempts = attempts - CASE WHEN $4 THEN 0 ELSE 1 END,
      error = coalesce($5, error)
    WHERE job_id = $1 AND token = $2 AND status = 'running'
    RETURNING job_id`,
};

export async function releaseJob(
  pool: pg.Pool,
  lease: Lease,
  delayMs: number,
  counts: boolean,
  error: JobError | undefined,
): Promise<boolean> {
  const rows = await run(pool, statement, [
    lease.jobId,
    lease.token,
    delayMs,
    counts,
    error ? JSON.stringify(error) : null,
  ]);
  return rows.length > 0;
}
