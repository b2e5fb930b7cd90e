import { TaskState } from '@a2a-js/sdk';
import type {
  CancelTaskRequest,
  GetTaskRequest,
  Message,
  SendMessageRequest,
  StreamResponse,
  SubscribeToTaskRequest,
  Task,
} from '@a2a-js/sdk';
import {
  PushNotificationNotSupportedError,
  RequestMalformedError,
  TaskNotCancelableError,
  TaskNotFoundError,
  UnsupportedOperationError,
} from '@a2a-js/sdk/errors';
import type { A2ARequestHandler } from '@a2a-js/sdk/server';
import { answerId } from '../../jobs/digest.ts';
import { followJob } from '../../jobs/manage/follow-job.ts';
import { asked } from '../agent-server/asked.ts';
import { putRun } from '../agent-server/put-run.ts';
import { HttpError } from '../answer.ts';
import { watchingIn } from '../events.ts';
import { acceptJob, readJob } from '../intake.ts';
import { postCancel } from '../jobs.ts';
import type { Service } from '../service.ts';
import { answerOf, said, textOf, textPart } from './parts.ts';
import { isAsking, standing, statusOf, taskOf } from './task-view.ts';
import type { Standing } from './task-view.ts';

/** What the id of a thread may be. */
const CONTEXT = /^\P{Cc}{1,200}$/u;

/** Refused answers to one question that are looked past. */
const MOST_TRIES = 20;

/** Whose an update is. */
interface Ids {
  readonly taskId: string;
  readonly contextId: string;
  readonly metadata: undefined;
}

/** A refusal in the words of the protocol. */
function refusal(error: unknown, taskId: string | undefined): unknown {
  if (!(error instanceof HttpError)) return error;
  const { status, body } = error.answer;
  const problems = typeof body === 'string' ? undefined : body['problems'];
  const text = problems === undefined ? error.message : `${error.message}: ${JSON.stringify(problems)}`;
  if (status === 404 && taskId) return new TaskNotFoundError(text);
  return status < 500 ? new RequestMalformedError(text) : new Error(text);
}

function noPush(): Promise<never> {
  return Promise.reject(
    new PushNotificationNotSupportedError('not supported: follow the task, or ask for it again'),
  );
}

/** The tasks of one agent, which are jobs. `closed` fires when the client is gone. */
export class Tasks implements Omit<A2ARequestHandler, 'getAgentCard'> {
  readonly #service: Service;
  readonly #agent: string;
  readonly #signal: AbortSignal;

  constructor(service: Service, agent: string, closed: AbortSignal) {
    this.#service = service;
    this.#agent = agent;
    this.#signal = AbortSignal.any([closed, service.stopping]);
  }

  async sendMessage({ message, configuration }: SendMessageRequest): Promise<Task> {
    return this.#told(message?.taskId, async () => {
      const { taskId, record } = await this.#take(message);
      if (configuration?.returnImmediately !== true)
        await this.#service.waiting.until(record.jobId, this.#signal);
      return taskOf(await standing(this.#service, taskId));
    });
  }

  async *sendMessageStream({ message }: SendMessageRequest): AsyncGenerator<StreamResponse, void, undefined> {
    yield* this.#follow(await this.#told(message?.taskId, () => this.#take(message)));
  }

  async *resubscribe({ id }: SubscribeToTaskRequest): AsyncGenerator<StreamResponse, void, undefined> {
    yield* this.#follow(await this.#told(id, () => standing(this.#service, id)));
  }

  async getTask({ id }: GetTaskRequest): Promise<Task> {
    return this.#told(id, async () => taskOf(await standing(this.#service, id)));
  }

  async cancelTask({ id }: CancelTaskRequest): Promise<Task> {
    return this.#told(id, async () => {
      const { record } = await standing(this.#service, id);
      if (record.finishedAt !== undefined) throw new TaskNotCancelableError(`task ${id} does not run`);
      await postCancel(this.#service, record.jobId);
      await this.#service.waiting.until(record.jobId, this.#signal);
      return taskOf(await standing(this.#service, id));
    });
  }

  getAuthenticatedExtendedAgentCard(): Promise<never> {
    return Promise.reject(new UnsupportedOperationError('the card says all that there is'));
  }

  listTasks(): Promise<never> {
    return Promise.reject(new UnsupportedOperationError('not supported: GET /jobs lists jobs'));
  }

  createTaskPushNotificationConfig = noPush;
  getTaskPushNotificationConfig = noPush;
  listTaskPushNotificationConfigs = noPush;
  deleteTaskPushNotificationConfig = noPush;

  async #told<T>(taskId: string | undefined, work: () => Promise<T>): Promise<T> {
    return work().catch((error: unknown) => {
      throw refusal(error, taskId);
    });
  }

  /** Asks the agent, or answers what a task asks. */
  async #take(message: Message | undefined): Promise<Standing> {
    if (!message) throw new RequestMalformedError('expected a message');
    if (message.taskId !== '') return this.#answer(message);
    const { contextId } = message;
    if (contextId !== '' && !CONTEXT.test(contextId))
      throw new RequestMalformedError('expected a contextId of up to 200 characters');
    const { runId } = await putRun(this.#service, contextId === '' ? undefined : contextId, {
      assistant_id: this.#agent,
      input: { messages: [{ role: 'user', content: textOf(message) }] },
      if_not_exists: 'create',
      on_completion: 'keep',
    });
    return standing(this.#service, runId);
  }

  async #answer(message: Message): Promise<Standing> {
    const { taskId, contextId, record } = await standing(this.#service, message.taskId);
    if (!isAsking(record))
      throw new UnsupportedOperationError(
        `task ${taskId} asks nothing: go on by a message with its contextId and without taskId`,
      );
    const jobId = await this.#answerIdOf(record.jobId);
    const resume = answerOf(message, record.result?.['interrupts'] ?? []);
    const event = { job_id: jobId, trace_id: taskId, thread_id: contextId, resume };
    await acceptJob(this.#service, await readJob(this.#service, {}, Buffer.from(JSON.stringify(event))));
    return standing(this.#service, taskId);
  }

  /** Of two answers one counts; one that was refused leaves the question to the next. */
  async #answerIdOf(asking: string): Promise<string> {
    let jobId = answerId(asking);
    const { store } = this.#service.parts;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const before = await asked(this.#service, 'read the job', store.read(jobId));
      if (before?.error?.code !== 'INVALID_EVENT') break;
      jobId = answerId(jobId);
    }
    return jobId;
  }

  /** The task as it stands, what its agent says as it is written, and how it ends or what it asks. */
  async *#follow(begun: Standing): AsyncGenerator<StreamResponse, void, undefined> {
    yield { payload: { $case: 'task', value: taskOf(begun) } };
    const { taskId, contextId } = begun;
    if (begun.record.finishedAt !== undefined) return;
    const ids = { taskId, contextId, metadata: undefined };
    let now = begun;
    // What it asks may be answered by the time that it is looked at, and it goes on.
    while (now.record.finishedAt === undefined) {
      yield* this.#written(now, ids);
      // The worker stops: whoever followed asks another one to go on.
      if (this.#signal.aborted) return;
      now = await this.#told(taskId, () => standing(this.#service, taskId));
    }
    for (const artifact of taskOf(now).artifacts)
      yield {
        payload: { $case: 'artifactUpdate', value: { ...ids, artifact, append: false, lastChunk: true } },
      };
    yield { payload: { $case: 'statusUpdate', value: { ...ids, status: statusOf(now) } } };
  }

  /** What the agent says as it is written, until the job of the task ends. */
  async *#written(
    { taskId, contextId, record }: Standing,
    ids: Ids,
  ): AsyncGenerator<StreamResponse, void, undefined> {
    for await (const news of followJob(watchingIn(this.#service), record, undefined, this.#signal)) {
      if (news.kind !== 'event' || news.event.type !== 'on_llm_stream') continue;
      const { message_id, content, parent } = news.event.data;
      if (typeof content !== 'string' || typeof message_id !== 'string' || parent !== undefined) continue;
      const message = said(message_id, taskId, contextId, [textPart(content)]);
      const status = { state: TaskState.TASK_STATE_WORKING, message, timestamp: undefined };
      yield { payload: { $case: 'statusUpdate', value: { ...ids, status } } };
    }
  }
}
