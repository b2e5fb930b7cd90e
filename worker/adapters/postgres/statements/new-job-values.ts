import type { NewJob } from '../../../job-store.ts';
import type { Group } from './group.ts';

/** The columns that a job is inserted with, in the order of `newJobValues`. */
export const NEW_JOB_COLUMNS = 'job_id, trace_id, traceparent, payload_hash, request, needs, job_group';

export function newJobValues(job: NewJob, group: Group): readonly unknown[] {
  return [job.jobId, job.traceId, job.traceparent, job.payloadHash, job.request, job.needs, group];
}
