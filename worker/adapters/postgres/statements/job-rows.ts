import { newTraceparent } from '../../../jobs/digest.ts';
import type { JobOptions } from '../../../job-options.ts';
import type { JobError, JobStatus, JobSummary } from '../../../job-store.ts';

/** Whether a job of `agent_jobs` waits for a person: its question is the last word on its thread. */
const ASKS = `asks AND NOT EXISTS (
        SELECT FROM agent_jobs AS later WHERE later.thread_id = coalesce(agent_jobs.thread_id, agent_jobs.job_id)
          AND (later.created_at, later.job_id) > (agent_jobs.created_at, agent_jobs.job_id)
      ) AS asks`;

/** The columns of a job of `agent_jobs` that `summaryOf` reads. */
export const SUMMARY_COLUMNS = `job_id, trace_id, traceparent, tenant, agent, about, status, attempts, token, error, cancel_requested,
      ${ASKS}, options, created_at, started_at, finished_at, available_at`;

export interface SummaryRow {
  readonly job_id: string;
  readonly trace_id: string;
  readonly traceparent: string | null;
  readonly tenant: string | null;
  readonly agent: string;
  readonly about: string;
  readonly status: JobStatus;
  readonly attempts: number;
  readonly token: string;
  readonly error: JobError | null;
  readonly cancel_requested: boolean;
  readonly asks: boolean;
  readonly options: Pick<JobOptions, 'priority' | 'tags'> | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly available_at: Date;
}

/** An error as JSON that PostgreSQL can look into: it has no text with a NUL or with half a character. */
export function errorJson({ code, message }: JobError): string {
  return JSON.stringify({ code, message: message.replaceAll('\0', '\ufffd').toWellFormed() });
}

export function summaryOf(row: SummaryRow): JobSummary {
  return {
    jobId: row.job_id,
    traceId: row.trace_id,
    traceparent: row.traceparent ?? newTraceparent(row.job_id),
    tenant: row.tenant ?? undefined,
    agent: row.agent,
    about: row.about,
    status: row.status,
    attempts: row.attempts,
    token: Number(row.token),
    error: row.error ?? undefined,
    cancelRequested: row.cancel_requested,
    asks: row.asks,
    priority: row.options?.priority ?? 0,
    tags: row.options?.tags ?? [],
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString(),
    finishedAt: row.finished_at?.toISOString(),
    dueAt: row.status === 'queued' ? row.available_at.toISOString() : undefined,
  };
}
