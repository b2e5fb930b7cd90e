import type pg from 'pg';
import type { Lease, Renewal } from '../../../job-store.ts';
import { query } from '../connection.ts';

/**
 * All leases of a worker in one statement. A row that somebody has locked is passed over, so that a lock on one job costs no
 * other job its lease; whether that job is still held can be read all the same.
 */
const statement = {
  name: 'renew_leases',
  text: `
    WITH held AS (
      SELECT job.job_id, job.token, job.cancel_requested
      FROM agent_jobs AS job
      JOIN unnest($1::text[], $2::bigint[]) AS asked (job_id, token) USING (job_id, token)
      WHERE job.status = 'running'
    ), free AS (
      SELECT job.job_id, job.token FROM agent_jobs AS job
      JOIN unnest($1::text[], $2::bigint[]) AS asked (job_id, token) USING (job_id, token)
      WHERE job.status = 'running'
      ORDER BY job.job_id FOR NO KEY UPDATE OF job SKIP LOCKED
    ), renewed AS (
      UPDATE agent_jobs AS job SET lease_until = now() + $3 * interval '1 ms'
      FROM free WHERE job.job_id = free.job_id
      RETURNING job.job_id
    )
    SELECT held.job_id, held.token, held.cancel_requested, renewed.job_id IS NOT NULL AS renewed
    FROM held LEFT JOIN renewed USING (job_id)`,
};

interface Row {
  readonly job_id: string;
  readonly token: string;
  readonly cancel_requested: boolean;
  readonly renewed: boolean;
}

export async function renewLeases(
  pool: pg.Pool,
  leases: readonly Lease[],
  leaseMs: number,
): Promise<readonly Renewal[]> {
  const rows = await query<Row>(pool, statement, [
    leases.map((lease) => lease.jobId),
    leases.map((lease) => lease.token),
    leaseMs,
  ]);
  return leases.map(({ jobId, token }) => {
    const row = rows.find((one) => one.job_id === jobId && Number(one.token) === token);
    return {
      jobId,
      token,
      held: row !== undefined,
      renewed: row?.renewed ?? false,
      cancelRequested: row?.cancel_requested ?? false,
    };
  });
}
