import { asList, asNumber, asObject, asText, isObject } from '../run/json.ts';
import type { Json, JsonObject } from '../run/json.ts';
import { get, post } from './request.ts';

export const STATUSES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof STATUSES)[number];

/** A job as lists show it. Times are ISO 8601, empty when there is none. */
export interface Job {
  readonly jobId: string;
  readonly agent: string;
  readonly about: string;
  readonly status: JobStatus;
  readonly attempts: number;
  readonly cancelRequested: boolean;
  /** It has ended with a question that nobody has answered. */
  readonly asks: boolean;
  readonly code: string;
  readonly message: string;
  readonly createdAt: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly dueAt: string;
  /** Of a job that has completed. */
  readonly result: JsonObject | undefined;
}

function jobFrom(value: Json): Job {
  const job = asObject(value);
  const error = asObject(job['error']);
  const status = STATUSES.find((one) => one === job['status']) ?? 'queued';
  return {
    jobId: asText(job['job_id']),
    agent: asText(job['agent']),
    about: asText(job['about']),
    status,
    attempts: asNumber(job['attempts']),
    cancelRequested: job['cancel_requested'] === true,
    asks: job['asks'] === true,
    code: asText(error['code']),
    message: asText(error['message']),
    createdAt: asText(job['created_at']),
    startedAt: asText(job['started_at']),
    finishedAt: asText(job['finished_at']),
    dueAt: asText(job['due_at']),
    result: isObject(job['result']) ? job['result'] : undefined,
  };
}

/** Which jobs are meant; what is empty does not count. */
export interface JobFilter {
  readonly status: string;
  readonly text: string;
  readonly agent: string;
}

export interface JobPage {
  readonly jobs: readonly Job[];
  /** Where the next page begins; empty when there is none. */
  readonly next: string;
}

export async function listJobs(filter: JobFilter, after: string, signal: AbortSignal): Promise<JobPage> {
  const query = new URLSearchParams({ limit: '50' });
  for (const [name, value] of Object.entries({ ...filter, after })) if (value !== '') query.set(name, value);
  const page = asObject(await get(`jobs?${query.toString()}`, signal));
  return { jobs: asList(page['jobs']).map(jobFrom), next: asText(page['next']) };
}

/** How many there are of each status. */
export async function countJobs(
  filter: Omit<JobFilter, 'status'>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const query = new URLSearchParams({ limit: '0', counts: 'true' });
  for (const [name, value] of Object.entries(filter)) if (value !== '') query.set(name, value);
  const counts = asObject(asObject(await get(`jobs?${query.toString()}`, signal))['counts']);
  return Object.fromEntries(STATUSES.map((status) => [status, asNumber(counts[status])]));
}

const pathOf = (jobId: string): string => `jobs/${encodeURIComponent(jobId)}`;

export async function readJob(jobId: string, signal?: AbortSignal): Promise<Job> {
  return jobFrom(await get(pathOf(jobId), signal));
}

/** What a job was asked for. */
export interface Asked {
  readonly thread: string;
  readonly definition: JsonObject;
  readonly messages: readonly Json[];
  /** The answer of a person, when it is one. */
  readonly resume: Json | undefined;
}

export async function readRequest(jobId: string, signal?: AbortSignal): Promise<Asked> {
  const request = asObject(await get(`${pathOf(jobId)}/request`, signal));
  const input = asObject(request['input_payload']);
  const { user_request: words } = input;
  const messages = asList(input['messages']);
  const command = asObject(asObject(request['run'])['command']);
  return {
    thread: asText(request['thread_id']),
    definition: asObject(request['agent_definition']),
    messages:
      messages.length === 0 && typeof words === 'string' ? [{ type: 'human', content: words }] : messages,
    resume: command['resume'],
  };
}

/** What a job has made of its thread: `{values, tasks, …}`. */
export async function readState(jobId: string, signal?: AbortSignal): Promise<JsonObject> {
  return asObject(await get(`${pathOf(jobId)}/state`, signal));
}

export async function retryJob(jobId: string): Promise<void> {
  await post(`${pathOf(jobId)}/retry`);
}

export async function cancelJob(jobId: string): Promise<void> {
  await post(`${pathOf(jobId)}/cancel`);
}
