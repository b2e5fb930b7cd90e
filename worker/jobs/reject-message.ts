import type { Delivery, FailedJob, JobError } from '../ports.ts';
import { deadLetter } from './dead-letter.ts';
import { newTraceparent } from './digest.ts';
import { lastEvents, resultOf } from './end-job.ts';
import { type Message, sentence } from './message.ts';
import type { Parts } from './parts.ts';

/**
 * Puts a message aside that can never become a job: a dead letter with the original, then the message is dropped. Where its
 * job id can be read, and belongs to no other job, that job is recorded as failed and its failed event is sent.
 */
export async function rejectMessage(
  parts: Parts,
  delivery: Delivery,
  why: JobError,
  failed?: FailedJob,
): Promise<void> {
  const { store, outbox, queue, settings, meter, log } = parts;
  const message = deadLetter(delivery, why, settings.prefix, queue.maxPayload());
  const recorded = await store.reject([message], failed);
  meter.count('dead_letter');
  log.warn(
    { source: delivery.id, code: why.code, reason: why.message },
    'message put aside as a dead letter',
  );
  await outbox.send(failed && recorded ? [message, ...failed.messages] : [message]);
  if (failed && recorded) await announceEnd(parts, failed);
  delivery.drop(why.code);
}

/** Whoever follows the job by its id, or waits for it, hears that it is over. */
async function announceEnd({ events, meter, ended }: Parts, { job, error }: FailedJob): Promise<void> {
  ended(job.jobId);
  meter.count('failed');
  const last = lastEvents({ status: 'failed', error });
  await events.append(job.jobId, last).catch(() => meter.count('stream_error'));
}

/** The failed job that a message without a readable job stands for, if its id could be read. */
export function failedJob(
  parts: Parts,
  message: Extract<Message, { kind: 'invalid' }>,
): FailedJob | undefined {
  const { jobId } = message;
  if (jobId === undefined) return undefined;
  const traceId = message.traceId ?? jobId;
  const traceparent = message.traceparent ?? newTraceparent(jobId);
  const error = { code: 'INVALID_EVENT', message: sentence(message.problems) };
  return {
    job: { jobId, traceId, traceparent, payloadHash: 'invalid', request: '' },
    error,
    messages: [resultOf(parts, { jobId, traceId, traceparent }, { status: 'failed', error })],
  };
}
