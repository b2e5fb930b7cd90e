import type { JobRecord, JobSummary } from '../../job-store.ts';
import type { Row, Tables } from './table.ts';

function iso(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}

/** Whether it has ended with a question. */
export function hasAsked({ end }: Row): boolean {
  return end?.status === 'completed' && end.result['status'] === 'interrupted';
}

/** A row as lists show it. */
export function summary(tables: Tables, row: Row): JobSummary {
  const { jobId, traceId, traceparent, tenant, agent, about, thread = jobId, options } = row.job;
  return {
    jobId,
    traceId,
    traceparent,
    tenant,
    agent,
    about,
    status: row.status,
    attempts: row.attempts,
    token: row.token,
    error: row.lastError,
    cancelRequested: row.cancelRequested,
    asks: hasAsked(row) && tables.jobsOf(thread).at(-1) === row,
    priority: options?.priority ?? 0,
    tags: options?.tags ?? [],
    createdAt: new Date(row.createdAt).toISOString(),
    startedAt: iso(row.startedAt),
    finishedAt: iso(row.finishedAt),
    dueAt: row.status === 'queued' ? iso(row.availableAt) : undefined,
  };
}

/** A row as clients read it. */
export function record(tables: Tables, row: Row): JobRecord {
  return { ...summary(tables, row), result: row.end?.status === 'completed' ? row.end.result : undefined };
}
