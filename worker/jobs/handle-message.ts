import type { Claim, Delivery, JobEvent, JobRequest, NewJob } from '../ports.ts';
import { decide } from './decide.ts';
import { newTraceparent, payloadHash } from './digest.ts';
import { endJob, lastEvents } from './end-job.ts';
import type { Stopping } from './execute-job.ts';
import { asFailure } from './failures.ts';
import { readMessage, sentence, writeMessage } from './message.ts';
import type { Parts, Span } from './parts.ts';
import { failedJob, rejectMessage } from './reject-message.ts';
import { backoff } from './retry.ts';
import { runJob } from './run-job.ts';

/** A message that the worker itself cannot get through is put aside after so many deliveries. */
const MOST_UNEXPECTED = 10;

/** What the store keeps of a job. */
export function newJob(request: JobRequest): NewJob {
  return {
    jobId: request.jobId,
    traceId: request.traceId,
    traceparent: request.traceparent,
    payloadHash: payloadHash(request),
    request: writeMessage(request),
  };
}

/** A job is always part of a trace: of its publisher's, or of one that starts here. */
export function traced(request: JobRequest): JobRequest & { readonly traceparent: string } {
  return {
    ...request,
    traceparent: request.traceparent ?? newTraceparent(request.jobId),
  };
}

async function perform(
  parts: Parts,
  request: JobRequest,
  delivery: Delivery,
  claim: Claim,
  claimedAt: number,
  stopping: Stopping,
  span: Span,
): Promise<void> {
  const { settings, events, meter } = parts;
  const decision = decide(claim, settings.retry.maxAttempts);
  switch (decision.kind) {
    case 'run': {
      const { lease, attempt } = decision;
      return runJob(parts, { request, delivery, lease, attempt, claimedAt, span }, stopping);
    }
    case 'end': {
      // Nothing ran, so nothing has to be kept but this one statement.
      const hold = { assertHeld: () => {} };
      if (
        !(await endJob(
          parts,
          { request, delivery, lease: decision.lease, span },
          decision.end,
          decision.dead,
          hold,
        ))
      )
        return;
      return closeStream(parts, request.jobId, lastEvents(decision.end), delivery);
    }
    case 'wait':
      delivery.retry(decision.ms);
      return;
    case 'done':
      // Its worker may have died before it could say so.
      return closeStream({ events, meter }, request.jobId, [{ type: 'end', data: {} }], delivery);
    case 'conflict':
      meter.count('conflict');
      return rejectMessage(parts, delivery, {
        code: 'CONFLICTING_PAYLOAD',
        message: `job ${request.jobId} is known with another definition or input`,
      });
  }
}

/** Adds the last events, unless they are there, and acknowledges: the stream never stands in the way of that. */
async function closeStream(
  { events, meter }: Pick<Parts, 'events' | 'meter'>,
  jobId: string,
  last: readonly JobEvent[],
  delivery: Delivery,
): Promise<void> {
  await events.append(jobId, last).catch(() => meter.count('stream_error'));
  delivery.done();
}

async function handle(parts: Parts, delivery: Delivery, stopping: Stopping): Promise<void> {
  const { meter, clock, settings, store } = parts;
  meter.count(delivery.deliveries > 1 ? 'redelivered' : 'received');
  const message = readMessage(delivery.headers, delivery.body);
  if (message.kind === 'invalid') {
    meter.count('invalid');
    const why = { code: 'INVALID_EVENT', message: sentence(message.problems) };
    return rejectMessage(parts, delivery, why, failedJob(parts, message));
  }
  const request = traced(message.request);
  const log = parts.log.child({ job_id: request.jobId, trace_id: request.traceId });
  if (delivery.deliveries === 1)
    meter.time('queue_wait', Math.max(0, clock.wall().getTime() - delivery.publishedAt) / 1000);
  const facts = {
    name: 'agent job',
    parent: request.traceparent,
    // The general attributes of https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/.
    attributes: {
      'messaging.system': 'nats',
      'messaging.destination.name': delivery.subject,
      'messaging.message.id': delivery.id,
      'agent.job_id': request.jobId,
      'agent.trace_id': request.traceId,
    },
  };
  await parts.trace(facts, async (span) => {
    const claimedAt = clock.monotonic();
    const claim = await store.claim(newJob(request), settings.owner, settings.leaseMs);
    await perform({ ...parts, log }, request, delivery, claim, claimedAt, stopping, span);
  });
}

/**
 * Takes a message to its end. Never throws; false when the store could not be asked, which makes it wise to wait before the
 * next one.
 */
export async function handleMessage(parts: Parts, delivery: Delivery, stopping: Stopping): Promise<boolean> {
  const { meter, log, clock, settings } = parts;
  try {
    await handle(parts, delivery, stopping);
    return true;
  } catch (error) {
    const failure = asFailure(error);
    const delayMs = backoff(delivery.deliveries, settings.retry, clock.random());
    if (failure.code === 'STORE_UNAVAILABLE') {
      meter.count('store_error');
      log.warn({ err: error, source: delivery.id }, 'cannot ask the store about a message');
      delivery.retry(delayMs);
      return false;
    }
    log.error({ err: error, source: delivery.id }, 'cannot handle a message');
    if (delivery.deliveries < MOST_UNEXPECTED) delivery.retry(delayMs);
    else await putAside(parts, delivery);
    return true;
  }
}

async function putAside(parts: Parts, delivery: Delivery): Promise<void> {
  const why = { code: 'INTERNAL', message: 'the worker failed on this message again and again' };
  await rejectMessage(parts, delivery, why).catch((error: unknown) => {
    parts.log.error({ err: error, source: delivery.id }, 'cannot put a message aside');
    delivery.retry(parts.settings.retry.maxMs);
  });
}
