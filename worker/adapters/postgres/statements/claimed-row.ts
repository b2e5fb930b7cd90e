import type { ClaimResult, JobError } from '../../../job-store.ts';
import { deadline } from './job-options.ts';

/** What taking a job sets: one token more, and a crash of the worker that had it and did not give it back. */
export const TAKEN = `
        status = 'running',
        attempts = job.attempts + 1,
        crashes = job.crashes + (job.status = 'running')::integer,
        token = job.token + 1,
        started_at = coalesce(job.started_at, now())`;

/** Columns of a job that was taken, as `claimedFrom` reads them. */
export const TAKEN_COLUMNS = `
        job.job_id, job.token, job.attempts, job.failures, job.crashes, job.cancel_requested, job.error, job.tenant,
        coalesce(extract(epoch FROM now() - job.away_since) * 1000, 0)::float8 AS away_ms,
        (extract(epoch FROM ${deadline('job')} - now() AT TIME ZONE 'UTC') * 1000)::float8 AS deadline_ms`;

export interface ClaimedRow {
  readonly job_id: string;
  readonly token: string;
  readonly attempts: number;
  readonly failures: number;
  readonly crashes: number;
  readonly cancel_requested: boolean;
  readonly error: JobError | null;
  readonly tenant: string | null;
  readonly away_ms: number;
  readonly deadline_ms: number | null;
}

export function claimedFrom(row: ClaimedRow): Extract<ClaimResult, { kind: 'claimed' }> {
  return {
    kind: 'claimed',
    lease: { jobId: row.job_id, token: Number(row.token) },
    attempt: row.attempts,
    tenant: row.tenant ?? undefined,
    trouble: { failures: row.failures, crashes: row.crashes, awayMs: row.away_ms },
    cancelRequested: row.cancel_requested,
    lastError: row.error ?? undefined,
    deadlineMs: row.deadline_ms ?? undefined,
  };
}
