import type pg from 'pg';
import { newTraceparent } from '../../../jobs/digest.ts';
import type { JsonObject } from '../../../json.ts';
import type { JobError, JobRecord, JobStatus } from '../../../job-store.ts';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';

const statement = {
  name: 'read_job',
  text: `
    SELECT job_id, trace_id, traceparent, status, attempts, result, error, cancel_requested, created_at, started_at, finished_at
    FROM agent_jobs WHERE job_id = $1 AND ${isOurs(2)}`,
};

interface Row {
  readonly job_id: string;
  readonly trace_id: string;
  readonly traceparent: string | null;
  readonly status: JobStatus;
  readonly attempts: number;
  readonly result: JsonObject | null;
  readonly error: JobError | null;
  readonly cancel_requested: boolean;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

export async function readJob(pool: pg.Pool, group: Group, jobId: string): Promise<JobRecord | undefined> {
  const [row] = await query<Row>(pool, statement, [jobId, group]);
  if (!row) return undefined;
  return {
    jobId: row.job_id,
    traceId: row.trace_id,
    traceparent: row.traceparent ?? newTraceparent(row.job_id),
    status: row.status,
    attempts: row.attempts,
    result: row.result ?? undefined,
    error: row.error ?? undefined,
    cancelRequested: row.cancel_requested,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString(),
    finishedAt: row.finished_at?.toISOString(),
  };
}
