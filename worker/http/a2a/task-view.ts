import { TaskState } from '@a2a-js/sdk';
import type { Task, TaskStatus } from '@a2a-js/sdk';
import { readStored } from '../../jobs/rules/message.ts';
import { isJsonObject } from '../../json.ts';
import type { JobRecord } from '../../job-store.ts';
import { findJob } from '../jobs.ts';
import { asked } from '../agent-server/asked.ts';
import type { Service } from '../service.ts';
import { artifactOf, questionOf, said, textPart } from './parts.ts';

/** A task as it stands: the job that it began with, and the one that goes on with it by now, after what people have answered. */
export interface Standing {
  readonly taskId: string;
  readonly contextId: string;
  readonly record: JobRecord;
}

/** More answers than this belong to another task. */
const MOST_ANSWERS = 1_000;

/** Whether a job waits for a person. */
export function isAsking({ status, result }: JobRecord): boolean {
  return status === 'completed' && result?.['status'] === 'interrupted';
}

/** The job that has answered what another asks, however the answer came; undefined where nobody has, or the thread went on without. */
async function answerTo(service: Service, jobId: string): Promise<JobRecord | undefined> {
  const { store } = service.parts;
  const next = await service.threads.nextJob(jobId);
  if (next === undefined) return undefined;
  const command = readStored(await store.request(next))?.run?.['command'];
  return isJsonObject(command ?? null) && 'resume' in (command as object) ? store.read(next) : undefined;
}

/** How a task stands; 404 when there is no job of this id. It goes on with whatever answers its questions. */
export async function standing(service: Service, taskId: string): Promise<Standing> {
  const { store } = service.parts;
  let record = await findJob(service, taskId);
  for (let answers = 0; isAsking(record) && answers < MOST_ANSWERS; answers += 1) {
    const next = await asked(service, 'read the job', answerTo(service, record.jobId));
    if (!next) break;
    record = next;
  }
  const request = readStored(await asked(service, 'read the job', store.request(taskId)));
  return { taskId, contextId: request?.thread ?? taskId, record };
}

function stateOf(record: JobRecord): TaskState {
  switch (record.status) {
    case 'queued':
      return TaskState.TASK_STATE_SUBMITTED;
    case 'running':
      return TaskState.TASK_STATE_WORKING;
    case 'cancelled':
      return TaskState.TASK_STATE_CANCELED;
    case 'failed':
      return TaskState.TASK_STATE_FAILED;
    case 'completed':
      return isAsking(record) ? TaskState.TASK_STATE_INPUT_REQUIRED : TaskState.TASK_STATE_COMPLETED;
  }
}

/** How a task stands, with what it asks or why it failed. */
export function statusOf({ taskId, contextId, record }: Standing): TaskStatus {
  const { jobId, result, error } = record;
  const parts = isAsking(record)
    ? questionOf(result?.['interrupts'] ?? [])
    : error && [textPart(`${error.code}: ${error.message}`)];
  return {
    state: stateOf(record),
    message: parts && said(`${jobId}-status`, taskId, contextId, parts),
    timestamp: record.finishedAt ?? record.createdAt,
  };
}

/** A task, as clients are told of it. */
export function taskOf(standing: Standing): Task {
  const { taskId, contextId, record } = standing;
  const isDone = record.status === 'completed' && !isAsking(record);
  return {
    id: taskId,
    contextId,
    status: statusOf(standing),
    artifacts: isDone ? [artifactOf(taskId, record.result ?? {})] : [],
    history: [],
    metadata: undefined,
  };
}
