import type pg from 'pg';
import type { Claim, JobError, JobStatus, NewJob } from '../../ports.ts';
import { run } from './connection.ts';

/**
 * Takes a job with one conditional upsert: it is new, or it waits and is due, or its worker let the lease run out. The second
 * half says why not; it sees the row as it was, and no row at all when another worker inserted it this very moment.
 */
const statement = {
  name: 'claim_job',
  text: `
    WITH claimed AS (
      INSERT INTO agent_jobs AS job
        (job_id, trace_id, traceparent, payload_hash, request, status, attempts, token, lease_owner, lease_until, started_at)
      VALUES ($1, $2, $3, $4, $5, 'running', 1, 1, $6, now() + $7 * interval '1 ms', now())
      ON CONFLICT (job_id) DO UPDATE SET
        status = 'running',
        attempts = job.attempts + 1,
        token = job.token + 1,
        lease_owner = excluded.lease_owner,
        lease_until = excluded.lease_until,
        started_at = coalesce(job.started_at, now())
      WHERE job.payload_hash = excluded.payload_hash
        AND job.finished_at IS NULL
        AND job.available_at <= now()
        AND (job.lease_until IS NULL OR job.lease_until < now())
      RETURNING true AS claimed, status, true AS same, token, attempts, cancel_requested, error, 0 AS wait_ms
    )
    SELECT * FROM claimed
    UNION ALL
    SELECT false, status, payload_hash = $4, token, attempts, cancel_requested, error,
      ceil(extract(epoch FROM greatest(available_at, lease_until, now()) - now()) * 1000)::integer
    FROM agent_jobs WHERE job_id = $1 AND NOT EXISTS (SELECT FROM claimed)`,
};

interface Row {
  readonly claimed: boolean;
  readonly status: JobStatus;
  readonly same: boolean;
  readonly token: string;
  readonly attempts: number;
  readonly cancel_requested: boolean;
  readonly error: JobError | null;
  readonly wait_ms: number;
}

/** How long to leave a job alone whose row another worker is only now inserting. */
const BEING_INSERTED_MS = 1_000;

export async function claimJob(pool: pg.Pool, job: NewJob, owner: string, leaseMs: number): Promise<Claim> {
  const [row] = await run<Row>(pool, statement, [
    job.jobId,
    job.traceId,
    job.traceparent ?? null,
    job.payloadHash,
    job.request,
    owner,
    leaseMs,
  ]);
  if (!row) return { kind: 'held', waitMs: BEING_INSERTED_MS };
  if (!row.same) return { kind: 'conflict' };
  if (row.claimed)
    return {
      kind: 'claimed',
      lease: { jobId: job.jobId, token: Number(row.token) },
      attempt: row.attempts,
      cancelRequested: row.cancel_requested,
      lastError: row.error ?? undefined,
    };
  if (row.status === 'queued' || row.status === 'running') return { kind: 'held', waitMs: row.wait_ms };
  return { kind: 'finished' };
}
