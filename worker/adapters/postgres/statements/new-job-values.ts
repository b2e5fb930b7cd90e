import type { NewJob } from '../../../job-store.ts';
import type { Group } from './group.ts';
import { optionsValue } from './job-options.ts';

/** The columns that a job is inserted with, in the order of `newJobValues`. */
export const NEW_JOB_COLUMNS =
  'job_id, trace_id, traceparent, payload_hash, request, needs, job_group, agent, about, options';

export function newJobValues(job: NewJob, group: Group): readonly unknown[] {
  const { jobId, traceId, traceparent, payloadHash, request, needs, agent, about } = job;
  return [jobId, traceId, traceparent, payloadHash, request, needs, group, agent, about, optionsValue(job)];
}
