import { lastEventsMessage } from '../jobs/rules/last-events.ts';
import { resultOf } from '../jobs/loop/settle.ts';
import type { JsonObject } from '../json.ts';
import type { JobEnd, JobRecord } from '../job-store.ts';
import { HttpError, unavailable } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Service } from './service.ts';

/** A job as clients see it. Absent values are null, so that the shape is always the same. */
export function jobView(record: JobRecord): JsonObject {
  return {
    job_id: record.jobId,
    trace_id: record.traceId,
    status: record.status,
    attempts: record.attempts,
    cancel_requested: record.cancelRequested,
    result: record.result ?? null,
    files: record.result?.['files'] ?? null,
    error: record.error ? { code: record.error.code, message: record.error.message } : null,
    created_at: record.createdAt,
    started_at: record.startedAt ?? null,
    finished_at: record.finishedAt ?? null,
  };
}

/** The job, or 404; 503 when the store does not answer. */
export async function findJob({ parts }: Service, jobId: string): Promise<JobRecord> {
  const record = await parts.store.read(jobId).catch((error: unknown) => {
    parts.log.warn({ err: error }, 'cannot read a job');
    throw unavailable('cannot read the job now');
  });
  if (!record) throw new HttpError(404, `there is no job ${jobId}`);
  return record;
}

/** `GET /jobs/{id}`. */
export async function getJob(service: Service, jobId: string): Promise<Answer> {
  return {
    status: 200,
    body: jobView(await findJob(service, jobId)),
  };
}

/** `POST /jobs/{id}/cancel`: a job that waits ends at once, one that runs within a heartbeat. */
export async function cancelJob(service: Service, jobId: string): Promise<Answer> {
  const { parts } = service;
  const record = await findJob(service, jobId);
  const error = { code: 'CANCELLED', message: 'the job was cancelled' };
  const end: JobEnd = { status: 'cancelled', error };
  const result = resultOf(parts, record, end);
  const messages = [result, lastEventsMessage(jobId, end)];
  const answer = await parts.store.cancel(jobId, error, messages).catch((cause: unknown) => {
    parts.log.warn({ err: cause }, 'cannot cancel a job');
    throw unavailable('cannot cancel the job now');
  });
  switch (answer) {
    case 'unknown':
      throw new HttpError(404, `there is no job ${jobId}`);
    case 'finished':
      throw new HttpError(409, `job ${jobId} is finished`);
    case 'requested':
      return { status: 202, body: { job_id: jobId, status: 'cancelling' } };
    case 'cancelled': {
      parts.meter.count('cancelled');
      parts.ended(jobId);
      // Its last events are sent by the sweep, which knows under which lease.
      parts.background(parts.outbox.send([result]));
      return { status: 200, body: { job_id: jobId, status: 'cancelled' } };
    }
  }
}
