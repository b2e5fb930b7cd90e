import type { IncomingMessage } from 'node:http';
import { resolve } from '../jobs/agents/resolve.ts';
import { jobOf } from '../jobs/rules/job.ts';
import type { JobSettings } from '../jobs/parts.ts';
import { readMessage } from '../jobs/rules/message.ts';
import { resultEvent } from '../jobs/rules/result-event.ts';
import type { JsonObject } from '../json.ts';
import type { JobRequest, OutboxMessage, Problem } from '../ports.ts';
import type { JobEnd, JobRecord } from '../job-store.ts';
import { HttpError, plainHeaders, readBody, storeError, unavailable } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Service } from './service.ts';

/** What is wrong, as a part of a refusal. */
export function problemsOf(problems: readonly Problem[]): JsonObject {
  return {
    problems: problems.map(({ path, message }) => ({ path, message })),
  };
}

/** The job of an event, or 400 with everything that is wrong with it. */
export async function readJob(
  service: Service,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): Promise<JobRequest> {
  const { definitions } = service.parts;
  const message = await resolve(definitions, readMessage(headers, body)).catch((error: unknown) => {
    service.parts.log.warn({ err: error }, 'cannot find the agent of a job');
    throw unavailable('cannot find the agent now');
  });
  if (message.kind === 'invalid')
    throw new HttpError(400, 'cannot read the event', problemsOf(message.problems));
  const problems = service.parts.agent.check(message.request.definition);
  if (problems.length > 0) throw new HttpError(400, 'cannot use the agent definition', problemsOf(problems));
  return message.request;
}

/** The message that calls a worker for a job that came over HTTP. */
export function call(
  job: { readonly jobId: string; readonly request: string },
  { prefix, group }: JobSettings,
): OutboxMessage {
  return {
    id: `accept:${group}:${job.jobId}`,
    subject: `${prefix}.execute.http`,
    headers: { 'Content-Type': 'application/cloudevents+json' },
    body: new TextEncoder().encode(job.request),
  };
}

/** Makes the job durable, on the same way that events from the queue go; 503 when that cannot be done. */
export async function acceptJob({ parts }: Service, request: JobRequest): Promise<void> {
  const { store, outbox, settings, log, background } = parts;
  const job = jobOf(request, parts.agent).stored;
  const message = call(job, settings);
  if (message.body.length > parts.queue.maxPayload() - 4_096)
    throw new HttpError(413, `expected at most ${parts.queue.maxPayload() - 4_096} bytes`);
  const answer = await store.accept(job, message).catch((error: unknown) => {
    log.warn({ err: error }, 'cannot accept a job');
    throw storeError('store the job', error);
  });
  if (answer === 'conflict')
    throw new HttpError(
      409,
      `job ${request.jobId} is known with another definition or input, or is another executor's or tenant's`,
    );
  // From here on the job is safe: should the message not go out now, the sweep sends it.
  if (answer === 'accepted') background(outbox.send([message]));
}

function endOf({ status, result, error }: JobRecord): JobEnd | undefined {
  if (status === 'completed') return { status, result: result ?? {} };
  if (status === 'queued' || status === 'running') return undefined;
  return { status, error: error ?? { code: 'INTERNAL', message: 'no reason was recorded' } };
}

function finished(record: JobRecord, group: string): Answer | undefined {
  const end = endOf(record);
  if (!end) return undefined;
  const { jobId, token, traceId, traceparent } = record;
  const time = record.finishedAt ?? record.createdAt;
  return {
    status: 200,
    headers: { 'Content-Type': 'application/cloudevents+json' },
    body: resultEvent({ group, jobId, token, traceId, traceparent, end, time }),
  };
}

function wantsNoWait(request: IncomingMessage): boolean {
  return (request.headers['prefer'] ?? '')
    .toString()
    .split(',')
    .some((part) => part.trim().toLowerCase() === 'respond-async');
}

/** `POST /`: a job as a CloudEvent in any of its forms. Answers with the result event, also when the agent failed. */
export async function postJob(
  service: Service,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<Answer> {
  const body = await readBody(request, service.maxRequestBytes);
  const job = await readJob(service, plainHeaders(request), body);
  await acceptJob(service, job);
  const path = `/jobs/${encodeURIComponent(job.jobId)}`;
  if (wantsNoWait(request))
    return {
      status: 202,
      headers: { Location: path, 'Preference-Applied': 'respond-async' },
      body: { job_id: job.jobId, status: 'accepted', url: path, events: `${path}/events` },
    };
  const done = await service.waiting.until(job.jobId, AbortSignal.any([signal, service.stopping]));
  if (!done) throw unavailable(`the worker is stopping; the job goes on: look at ${path}`);
  const record = await service.parts.store.read(job.jobId);
  const answer = record && finished(record, service.parts.settings.group);
  if (!answer) throw unavailable(`cannot read the result now: look at ${path}`);
  return answer;
}
