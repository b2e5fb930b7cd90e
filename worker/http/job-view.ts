import { STATUSES } from '../jobs/rules/statuses.ts';
import type { JsonObject } from '../json.ts';
import { MOST_COUNTED } from '../job-filter.ts';
import type { JobCount } from '../job-filter.ts';
import type { JobRecord, JobStatus, JobSummary } from '../job-store.ts';

/** A job as lists show it. Absent values are null, so that the shape is always the same. */
export function summaryView(job: JobSummary): JsonObject {
  return {
    job_id: job.jobId,
    trace_id: job.traceId,
    tenant: job.tenant ?? null,
    agent: job.agent,
    about: job.about,
    status: job.status,
    attempts: job.attempts,
    cancel_requested: job.cancelRequested,
    asks: job.asks,
    priority: job.priority,
    tags: [...job.tags],
    error: job.error ? { code: job.error.code, message: job.error.message } : null,
    created_at: job.createdAt,
    started_at: job.startedAt ?? null,
    finished_at: job.finishedAt ?? null,
    due_at: job.dueAt ?? null,
  };
}

/** A job as clients see it, with its result. */
export function jobView(record: JobRecord): JsonObject {
  return {
    ...summaryView(record),
    result: record.result ?? null,
    files: record.result?.['files'] ?? null,
  };
}

/** Jobs of each status, and of each code of failure; of more than `counted_up_to`, that number. */
export function countsView(counts: readonly JobCount[]): JsonObject {
  const sum = (status: JobStatus): number =>
    counts.reduce((all, count) => (count.status === status ? all + count.jobs : all), 0);
  const failed = counts.filter(({ status }) => status === 'failed');
  return {
    ...Object.fromEntries(STATUSES.map((status) => [status, sum(status)])),
    failed_by_code: Object.fromEntries(failed.map(({ code, jobs }) => [code ?? '', jobs])),
    counted_up_to: MOST_COUNTED,
  };
}
