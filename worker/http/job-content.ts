import { readStored } from '../jobs/rules/message.ts';
import type { JsonObject } from '../json.ts';
import type { JobRequest } from '../ports.ts';
import { asked } from './agent-server/asked.ts';
import { HttpError } from './answer.ts';
import type { Answer } from './answer.ts';
import { findJob } from './jobs.ts';
import type { Service } from './service.ts';

/** What a job was asked for; 404 when there is no such job, or when its message could not be read as one. */
async function requestOf(service: Service, jobId: string): Promise<JobRequest> {
  await findJob(service, jobId);
  const event = await asked(service, 'read the job', service.parts.store.request(jobId));
  const request = readStored(event);
  if (!request) throw new HttpError(404, `job ${jobId} has no request that can be read`);
  return request;
}

/** `GET /jobs/{id}/request`: what was asked for, with the definition of the agent and the thread. */
export async function getRequest(service: Service, jobId: string): Promise<Answer> {
  const { traceId, definition, input, thread, run } = await requestOf(service, jobId);
  return {
    status: 200,
    body: {
      job_id: jobId,
      trace_id: traceId,
      thread_id: thread ?? jobId,
      agent_definition: definition,
      input_payload: input,
      run: run ?? null,
    },
  };
}

/** A job that has not begun. */
const NOTHING: JsonObject = { values: {}, next: [], tasks: [], metadata: null, created_at: null };

/** What the agent has made of its thread by the last step of this job, whole. */
export async function stateBy(service: Service, jobId: string): Promise<JsonObject> {
  const { definition, thread } = await requestOf(service, jobId);
  const ofThisJob = { limit: 1, metadata: { run_id: jobId } };
  const history = service.states.history({ thread: thread ?? jobId, definition }, ofThisJob);
  const [state = NOTHING] = await asked(service, 'read the state of the job', history);
  return state;
}

/** `GET /jobs/{id}/state`. */
export async function getState(service: Service, jobId: string): Promise<Answer> {
  return { status: 200, body: await stateBy(service, jobId) };
}
