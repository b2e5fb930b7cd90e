import type { NewJob } from '../../../job-store.ts';

/** The columns that a job is inserted with, in the order of `newJobValues`. */
export const NEW_JOB_COLUMNS = 'job_id, trace_id, traceparent, payload_hash, request, needs';

export function newJobValues(job: NewJob): readonly unknown[] {
  return [job.jobId, job.traceId, job.traceparent, job.payloadHash, job.request, job.needs];
}
