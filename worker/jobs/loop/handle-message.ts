import { resolve } from '../agents/resolve.ts';
import { admit } from './admit.ts';
import type { Admitting } from './admit.ts';
import { EventBatch } from './event-batch.ts';
import type { Stopping } from './execute-job.ts';
import { asFailure } from '../rules/failures.ts';
import { jobOf } from '../rules/job.ts';
import type { Claimed, Incoming, Job } from '../rules/job.ts';
import { readMessage, readStored } from '../rules/message.ts';
import type { JobError } from '../../job-store.ts';
import type { Parts } from '../parts.ts';
import type { Span, SpanFacts } from '../../telemetry.ts';
import { failed, notAJob } from './reject.ts';
import { backoff } from '../rules/retry.ts';
import { attemptJob } from './attempt-job.ts';
import type { Attempting } from './attempt-job.ts';
import { sourcesFor } from './sources.ts';
import { settle } from './settle.ts';
import type { Settling, Work } from './settle.ts';

/** A message that the worker itself cannot get through is put aside after so many deliveries. */
const MOST_UNEXPECTED = 10;

const AGAIN_AND_AGAIN = { code: 'INTERNAL', message: 'the worker failed on this message again and again' };

/** The stream gets this long to take the last events of an attempt before the job is closed without them. */
const STREAM_PATIENCE_MS = 2_000;

/** What an attempt needs from its lease to its settlement. */
type Keeping = Attempting & Settling & Pick<Parts, 'events' | 'inHand' | 'leases'>;

/** What the rooms of a message need together, and to say where it is. */
export type Handling = Admitting & Keeping & Pick<Parts, 'definitions' | 'log' | 'trace'>;

function spanFacts({ request }: Job, { delivery }: Incoming): SpanFacts {
  return {
    name: 'agent job',
    kind: 'consumer',
    // The general attributes of https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/.
    attributes: {
      'messaging.system': 'nats',
      'messaging.destination.name': delivery.subject,
      'messaging.message.id': delivery.id,
      'agent.job_id': request.jobId,
      'agent.trace_id': request.traceId,
    },
  };
}

/** Makes an attempt and settles it, keeping the lease until that is done. */
async function attemptAndSettle(
  parts: Keeping,
  incoming: Incoming,
  { job, span, log, delivery }: Omit<Work, 'streamed' | 'job' | 'span'> & { job: Job; span: Span },
  claimed: Claimed,
  stopping: Stopping,
): Promise<void> {
  const { leases, events, clock, meter, inHand, background } = parts;
  const { lease } = claimed.claim;
  const ending = new AbortController();
  const handle = incoming.claimed ? undefined : delivery.handle;
  const hold = leases.hold(lease, handle, claimed.claimedAt, (why) => ending.abort(why));
  const stream = new EventBatch(lease, events, clock, meter);
  inHand.enter();
  try {
    const attempt = {
      job,
      claimed,
      ending,
      stream,
      sources: sourcesFor(incoming, parts, log, ending.signal),
      waitsHere: incoming.claimed !== undefined,
    };
    const settlement = await attemptJob(parts, attempt, span, log, stopping);
    const streamed = stream.close(STREAM_PATIENCE_MS);
    background(streamed);
    await settle(parts, { delivery, job, span, log, streamed }, settlement);
  } finally {
    inHand.leave();
    hold.release();
  }
}

/** A job that names an agent goes on with what that was when it began, whatever it has become since. */
async function asBegun(
  { store, agent }: Pick<Parts, 'store' | 'agent'>,
  incoming: Incoming,
  job: Job,
  { claim }: Claimed,
): Promise<Job> {
  if (incoming.claimed || job.request.definitionFrom === undefined || claim.lease.token === 1) return job;
  const begun = readStored(await store.request(job.request.jobId));
  return begun ? jobOf({ ...job.request, definition: begun.definition }, agent) : job;
}

/** A message's one way: read, admit, attempt, settle; what is published leaves by the outbox. */
async function handle(parts: Handling, incoming: Incoming, stopping: Stopping): Promise<void> {
  const { agent, meter, clock } = parts;
  const { delivery } = incoming;
  const nothing = { delivery, job: undefined, span: undefined, streamed: Promise.resolve() };
  if (!incoming.claimed) meter.count(delivery.deliveries > 1 ? 'redelivered' : 'received');
  const message = await resolve(parts.definitions, readMessage(delivery.headers, delivery.body));
  if (message.kind === 'invalid') {
    meter.count('invalid');
    return settle(parts, { ...nothing, log: parts.log }, notAJob(parts, delivery, message));
  }
  const job = jobOf(message.request, agent);
  const log = parts.log.child({ job_id: job.request.jobId, trace_id: job.request.traceId });
  if (!incoming.claimed && delivery.deliveries === 1)
    meter.time('queue_wait', Math.max(0, clock.wall().getTime() - delivery.publishedAt) / 1000);
  await parts.trace(job.request.traceparent, spanFacts(job, incoming), async (span) => {
    const work = { delivery, job, span, log };
    const admission = await admit(parts, incoming, job);
    if (admission.kind === 'run') {
      const pinned = await asBegun(parts, incoming, job, admission);
      return attemptAndSettle(parts, incoming, { ...work, job: pinned }, admission, stopping);
    }
    return settle(parts, { ...work, streamed: Promise.resolve() }, admission);
  });
}

/**
 * Takes a message to its end. Never throws; false when the store could not be asked, which makes it wise to wait before the
 * next one.
 */
export async function handleMessage(
  parts: Handling,
  incoming: Incoming,
  stopping: Stopping,
): Promise<boolean> {
  const { meter, log, clock, settings } = parts;
  const { delivery } = incoming;
  try {
    await handle(parts, incoming, stopping);
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
    if (failure.code === 'STORE_REFUSED') await putAside(parts, incoming, failure);
    else if (delivery.deliveries < MOST_UNEXPECTED) delivery.retry(delayMs);
    else await putAside(parts, incoming, AGAIN_AND_AGAIN);
    return true;
  } finally {
    parts.breakers.end(incoming);
  }
}

async function putAside(
  parts: Settling & Pick<Parts, 'log'>,
  { delivery }: Incoming,
  { code, message: reason }: JobError,
): Promise<void> {
  const why = { code, message: reason };
  const work = { delivery, job: undefined, span: undefined, log: parts.log, streamed: Promise.resolve() };
  const message = readMessage(delivery.headers, delivery.body);
  const named = message.kind === 'job' ? message.request : message;
  await settle(parts, work, failed(parts, delivery, why, named)).catch((error: unknown) => {
    parts.log.error({ err: error, source: delivery.id }, 'cannot put a message aside');
    delivery.retry(parts.settings.retry.maxMs);
  });
}
