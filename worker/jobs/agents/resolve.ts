import type { Definitions } from '../../assistant-store.ts';
import type { JobRequest, Problem } from '../../ports.ts';
import type { AskedJob, Message } from '../rules/message.ts';

/** Finds the definition of a job that names an agent, or goes on with a thread: what cannot be found is no job. */
export async function resolve(definitions: Definitions, message: Message): Promise<Message<JobRequest>> {
  if (message.kind === 'invalid') return message;
  const { request } = message;
  const definition = request.definition ?? (await find(definitions, request));
  if (definition !== undefined) return { kind: 'job', request: { ...request, definition } };
  const { jobId, traceId, traceparent } = request;
  return { kind: 'invalid', problems: [notFound(request)], jobId, traceId, traceparent };
}

const BY_NAME = 'agent ';

async function find(definitions: Definitions, { jobId, definitionFrom = '', thread }: AskedJob) {
  if (definitionFrom.startsWith(BY_NAME)) {
    const named = await definitions.named(definitionFrom.slice(BY_NAME.length));
    return named ?? definitions.ofJob(jobId);
  }
  return thread === undefined ? undefined : definitions.ofThread(thread);
}

function notFound({ definitionFrom = '', thread }: AskedJob): Problem {
  if (definitionFrom.startsWith(BY_NAME))
    return { path: 'agent', message: `there is no agent ${definitionFrom.slice(BY_NAME.length)} here` };
  return { path: 'agent_definition', message: `is required, as no job has run on thread ${thread} yet` };
}
