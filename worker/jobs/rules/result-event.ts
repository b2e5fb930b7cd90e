import type { JsonObject } from '../../json.ts';
import type { Delivery, OutboxMessage } from '../../ports.ts';
import type { JobEnd, JobError } from '../../job-store.ts';
import { refusalId, resultEventId } from '../digest.ts';

/** What a result event is made of. */
export interface ResultFacts {
  /** Whose job it is (`JobSettings.group`). */
  readonly group: string;
  readonly jobId: string;
  /** Of the lease that the job has at its end. */
  readonly token: number;
  readonly traceId: string;
  /** Trace context of the event that asked for the job: it is not rewritten on the way (CloudEvents distributed tracing). */
  readonly traceparent: string;
  /** Trace context of the message: the span that sends it. */
  readonly sentBy: string;
  readonly end: JobEnd;
  /** ISO 8601. */
  readonly time: string;
}

/** Where result events go. */
export interface ResultRoute {
  /** First token of the subject. */
  readonly prefix: string;
  /** Largest message that the queue takes. */
  readonly maxBytes: number;
  /** Under which clients reach the worker, without a slash at the end. */
  readonly publicUrl: string;
}

/** Room for the subject and the headers in the limit of the queue. */
const HEADER_BYTES = 4_096;

function errorData({ code, message }: JobError): JsonObject {
  return {
    code,
    message,
    type: code,
    stack_trace: '',
  };
}

function eventData({ jobId, traceId, end }: Pick<ResultFacts, 'jobId' | 'traceId' | 'end'>): JsonObject {
  return end.status === 'completed'
    ? { job_id: jobId, trace_id: traceId, result: end.result }
    : { job_id: jobId, trace_id: traceId, error: errorData(end.error) };
}

/** The result event as JSON: a CloudEvent in structured mode. A job that was cancelled has failed with code CANCELLED. */
export function resultEvent(
  facts: Omit<ResultFacts, 'sentBy'>,
  data: JsonObject = eventData(facts),
): JsonObject {
  return {
    specversion: '1.0',
    type: `dev.my-platform.agent.${facts.end.status === 'completed' ? 'completed' : 'failed'}`,
    source: 'agent-executor-service',
    subject: facts.jobId,
    id: resultEventId(facts.group, facts.jobId, facts.token),
    time: facts.time,
    datacontenttype: 'application/json',
    traceparent: facts.traceparent,
    data,
  };
}

/** What stands in for a result that is too large for one message. */
function reference(facts: ResultFacts, publicUrl: string, bytes: number): JsonObject {
  return {
    job_id: facts.jobId,
    trace_id: facts.traceId,
    result: { status: 'completed', ref: `${publicUrl}/jobs/${encodeURIComponent(facts.jobId)}`, bytes },
  };
}

/** The message that tells the world how a job ended. */
export function resultMessage(
  facts: ResultFacts,
  { prefix, maxBytes, publicUrl }: ResultRoute,
): OutboxMessage {
  const encode = (event: JsonObject): Uint8Array => new TextEncoder().encode(JSON.stringify(event));
  const whole = encode(resultEvent(facts));
  const fits = whole.length + HEADER_BYTES <= maxBytes;
  return {
    id: resultEventId(facts.group, facts.jobId, facts.token),
    subject: `${prefix}.status.${facts.end.status === 'completed' ? 'completed' : 'failed'}`,
    headers: { 'Content-Type': 'application/cloudevents+json', traceparent: facts.sentBy },
    body: fits ? whole : encode(resultEvent(facts, reference(facts, publicUrl, whole.length))),
  };
}

/** A message that is not taken, as far as it can be read. */
export interface RefusedMessage {
  readonly delivery: Pick<Delivery, 'id' | 'publishedAt'>;
  readonly jobId: string | undefined;
  readonly traceId: string | undefined;
  readonly traceparent: string | undefined;
  readonly why: JobError;
  /** ISO 8601. */
  readonly time: string;
}

/** What tells a publisher that its message was not taken, where no job failed with it: its id may be that of another job. */
export function refusalMessage(
  refused: RefusedMessage,
  { prefix, group }: { readonly prefix: string; readonly group: string },
): OutboxMessage {
  const { delivery, jobId, traceId, traceparent, why, time } = refused;
  const id = refusalId(group, delivery.id, delivery.publishedAt);
  const event: JsonObject = {
    specversion: '1.0',
    type: 'dev.my-platform.agent.refused',
    source: 'agent-executor-service',
    ...(jobId === undefined ? {} : { subject: jobId }),
    id,
    time,
    datacontenttype: 'application/json',
    ...(traceparent === undefined ? {} : { traceparent }),
    data: {
      job_id: jobId ?? null,
      trace_id: traceId ?? null,
      message: delivery.id,
      error: errorData(why),
    },
  };
  return {
    id,
    subject: `${prefix}.status.refused`,
    headers: {
      'Content-Type': 'application/cloudevents+json',
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    body: new TextEncoder().encode(JSON.stringify(event)),
  };
}
