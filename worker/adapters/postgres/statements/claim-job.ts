import type pg from 'pg';
import { SUSPECT_CRASHES } from '../../../job-store.ts';
import type { ClaimResult, JobStatus, NewJob } from '../../../job-store.ts';
import { TAKEN, TAKEN_COLUMNS, claimedFrom } from './claimed-row.ts';
import type { ClaimedRow } from './claimed-row.ts';
import { query } from '../connection.ts';
import { isOpenTo, isOurs } from './group.ts';
import type { Group } from './group.ts';
import { NEW_JOB_COLUMNS, newJobValues } from './new-job-values.ts';
import { replaceMalformed } from './replace-malformed.ts';

/**
 * Takes a job with one conditional upsert: it is new, or it waits and is due, or its worker let the lease run out. The second
 * half says why not; it sees the row as it was, and no row at all when another worker inserted it this very moment.
 */
const statement = {
  name: 'claim_job',
  text: `
    WITH claimed AS (
      INSERT INTO agent_jobs AS job
        (${NEW_JOB_COLUMNS}, status, attempts, token, lease_owner, lease_until, started_at)
      SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, 'running', 1, 1, $11, now() + $12 * interval '1 ms', now()
      WHERE ${isOpenTo('$1', 7)}
      ON CONFLICT (job_id) DO UPDATE SET ${TAKEN},
        job_group = excluded.job_group,
        lease_owner = excluded.lease_owner,
        lease_until = excluded.lease_until
      WHERE job.payload_hash = excluded.payload_hash
        AND ${isOurs(7, 'job')}
        AND job.finished_at IS NULL
        AND job.available_at <= now()
        AND (job.lease_until IS NULL OR job.lease_until < now())
        AND job.crashes + (job.status = 'running')::integer < ${SUSPECT_CRASHES}
      RETURNING true AS claimed, ${TAKEN_COLUMNS}, job.status, job.waits_here, true AS same,
        false AS malformed, 0 AS wait_ms
    )
    SELECT * FROM claimed
    UNION ALL
    SELECT false, ${TAKEN_COLUMNS}, job.status, job.waits_here,
      job.payload_hash = $4 AND ${isOurs(7, 'job')}, job.request = '' AND ${isOurs(7, 'job')},
      ceil(extract(epoch FROM greatest(available_at, lease_until, now()) - now()) * 1000)::integer
    FROM agent_jobs AS job WHERE job.job_id = $1 AND NOT EXISTS (SELECT FROM claimed)`,
};

interface Row extends ClaimedRow {
  readonly claimed: boolean;
  readonly status: JobStatus;
  readonly waits_here: boolean;
  readonly same: boolean;
  readonly malformed: boolean;
  readonly wait_ms: number;
}

/** Another worker is only now inserting the row. */
const beingInserted: ClaimResult = { kind: 'held', waitMs: 1_000, waitsHere: false };

const open = { name: 'ask_whose_an_id_is', text: `SELECT ${isOpenTo('$1', 2)} AS open` };

async function isOpen(pool: pg.Pool, group: Group, jobId: string): Promise<boolean> {
  const [row] = await query<{ open: boolean }>(pool, open, [jobId, group]);
  return row?.open === true;
}

export async function claimJob(
  pool: pg.Pool,
  group: Group,
  job: NewJob,
  owner: string,
  leaseMs: number,
): Promise<ClaimResult> {
  const [row] = await query<Row>(pool, statement, [...newJobValues(job, group), owner, leaseMs]);
  if (!row) return (await isOpen(pool, group, job.jobId)) ? beingInserted : { kind: 'conflict' };
  if (!row.same) {
    if (!row.malformed) return { kind: 'conflict' };
    await replaceMalformed(pool, group, job);
    return claimJob(pool, group, job, owner, leaseMs);
  }
  if (row.claimed) return claimedFrom(row);
  if (row.status !== 'queued' && row.status !== 'running') return { kind: 'finished' };
  const crashes = row.crashes + (row.status === 'running' ? 1 : 0);
  return row.wait_ms === 0 && crashes >= SUSPECT_CRASHES
    ? { kind: 'suspect' }
    : { kind: 'held', waitMs: row.wait_ms, waitsHere: row.waits_here };
}
