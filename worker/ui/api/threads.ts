import { asList, asNumber, asObject, asText } from '../run/json.ts';
import type { Json, JsonObject } from '../run/json.ts';
import { get, post, send } from './request.ts';

export const THREAD_STATUSES = ['busy', 'interrupted', 'error', 'idle'] as const;
export type ThreadStatus = (typeof THREAD_STATUSES)[number];

/** A thread as lists show it. */
export interface Thread {
  readonly threadId: string;
  readonly status: ThreadStatus;
  readonly metadata: JsonObject;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A run of a thread; it is a job of the same id. */
export interface ThreadRun {
  readonly runId: string;
  readonly status: string;
  readonly createdAt: string;
}

function threadFrom(value: Json): Thread {
  const thread = asObject(value);
  return {
    threadId: asText(thread['thread_id']),
    status: THREAD_STATUSES.find((one) => one === thread['status']) ?? 'idle',
    metadata: asObject(thread['metadata']),
    createdAt: asText(thread['created_at']),
    updatedAt: asText(thread['updated_at']),
  };
}

/** Of a thread, what lists need: its state may be long. */
const LISTED = ['thread_id', 'status', 'metadata', 'created_at', 'updated_at'];
const PAGE = 50;

export async function listThreads(
  status: string,
  offset: number,
  signal: AbortSignal,
): Promise<readonly Thread[]> {
  const body = {
    limit: PAGE,
    offset,
    sort_by: 'updated_at',
    select: LISTED,
    ...(status !== '' && { status }),
  };
  const response = await send('threads/search', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  return asList((await response.json()) as Json).map(threadFrom);
}

export async function countThreads(status: string): Promise<number> {
  return asNumber(await post('threads/count', { status }));
}

const pathOf = (threadId: string): string => `threads/${encodeURIComponent(threadId)}`;

/** The runs of a thread, the oldest first; of a long thread the last ones. None of a job that nobody went on with. */
export async function listRuns(threadId: string, signal: AbortSignal): Promise<readonly ThreadRun[]> {
  if (!(await isThread(threadId))) return [];
  const runs = asList(await get(`${pathOf(threadId)}/runs?limit=100`, signal));
  return runs.map(asObject).map(runFrom).toReversed();
}

function runFrom({ run_id, status, created_at }: JsonObject): ThreadRun {
  // The Agent Server has no other word for a run that was cancelled.
  const known = status === 'interrupted' ? 'cancelled' : asText(status);
  return { runId: asText(run_id), status: known, createdAt: asText(created_at) };
}

/** Whether there is such a thread; a job that nobody went on with is none. */
async function isThread(threadId: string): Promise<boolean> {
  return asNumber(await post('threads/count', { ids: [threadId] })) > 0;
}

/** Makes a thread; gives its id. */
export async function createThread(metadata: JsonObject): Promise<string> {
  return asText(asObject(await post('threads', { metadata }))['thread_id']);
}

/** What a run is asked: to hear a message, or the decisions of a person. */
export interface NewRun {
  /** An agent that the worker has. */
  readonly assistant?: string | undefined;
  /** Or the definition of one. */
  readonly definition?: JsonObject | undefined;
  readonly input?: JsonObject;
  readonly resume?: Json;
}

/** Asks for a run on a thread, which is made where there is none. Gives its id, which is that of its job. */
export async function startRun(
  thread: string,
  { assistant, definition, input, resume }: NewRun,
): Promise<string> {
  const body: JsonObject = {
    assistant_id: assistant ?? 'agent',
    if_not_exists: 'create',
    ...(definition && { config: { configurable: { agent_definition: definition } } }),
    ...(input && { input }),
    ...(resume !== undefined && { command: { resume } }),
  };
  return asText(asObject(await post(`${pathOf(thread)}/runs`, body))['run_id']);
}
