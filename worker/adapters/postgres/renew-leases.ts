import type pg from 'pg';
import type { Lease, Renewal } from '../../ports.ts';
import { run } from './connection.ts';

/** All leases of a worker in one statement; rows are locked in one order, so that no two workers wait for each other. */
const statement = {
  name: 'renew_leases',
  text: `
    WITH mine AS (
      SELECT job.job_id, job.token, job.cancel_requested
      FROM agent_jobs AS job
      JOIN unnest($1::text[], $2::bigint[]) AS held (job_id, token) USING (job_id, token)
      WHERE job.status = 'running'
      ORDER BY job.job_id FOR UPDATE OF job
    )
    UPDATE agent_jobs AS job SET lease_until = now() + $3 * interval '1 ms'
    FROM mine WHERE job.job_id = mine.job_id
    RETURNING job.job_id, job.token, mine.cancel_requested`,
};

interface Row {
  readonly job_id: string;
  readonly token: string;
  readonly cancel_requested: boolean;
}

export async function renewLeases(
  pool: pg.Pool,
  leases: readonly Lease[],
  leaseMs: number,
): Promise<readonly Renewal[]> {
  const rows = await run<Row>(pool, statement, [
    leases.map((lease) => lease.jobId),
    leases.map((lease) => lease.token),
    leaseMs,
  ]);
  return leases.map(({ jobId, token }) => {
    const row = rows.find((one) => one.job_id === jobId && Number(one.token) === token);
    return { jobId, token, held: row !== undefined, cancelRequested: row?.cancel_requested ?? false };
  });
}
