import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { JobRecord } from '../../job-store.ts';
import type { Json, JsonObject } from '../../json.ts';
import { putRun } from '../agent-server/put-run.ts';
import { HttpError } from '../answer.ts';
import { findJob } from '../jobs.ts';
import type { Service } from '../service.ts';

/** What the caller of an agent says. */
export interface AgentCall {
  readonly message?: string | undefined;
  readonly thread_id?: string | undefined;
  /** The answer to what the agent has asked a person. */
  readonly resume?: unknown;
}

/** Asks an agent, and waits for its answer: a job as any other, which also goes on when the caller is gone. */
export async function callAgent(
  service: Service,
  assistantId: string,
  { message, thread_id, resume }: AgentCall,
  signal: AbortSignal,
): Promise<CallToolResult> {
  if ((message === undefined) === (resume === undefined)) return failed('expected either message or resume');
  try {
    const run = await putRun(service, thread_id, {
      assistant_id: assistantId,
      ...(message !== undefined && { input: { messages: [{ role: 'user', content: message }] } }),
      ...(resume !== undefined && { command: { resume } }),
      if_not_exists: 'create',
      on_completion: 'keep',
    });
    const done = await service.waiting.until(run.runId, AbortSignal.any([signal, service.stopping]));
    if (!done) return failed(`the worker stops; the run goes on: thread_id ${run.threadId}`);
    return resultOf(run.threadId, await findJob(service, run.runId));
  } catch (error) {
    if (error instanceof HttpError) return failed(sentenceOf(error));
    throw error;
  }
}

function sentenceOf({ message, answer }: HttpError): string {
  const problems = typeof answer.body === 'string' ? undefined : answer.body['problems'];
  return problems === undefined ? message : `${message}: ${JSON.stringify(problems)}`;
}

function failed(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] };
}

function resultOf(thread: string, { status, result, error }: JobRecord): CallToolResult {
  if (status !== 'completed') return failed(error?.message ?? 'the run has ended without an answer');
  const { output = null, status: how = 'completed', interrupts, structured_response } = result ?? {};
  const told: JsonObject = {
    thread_id: thread,
    status: how,
    output,
    ...(interrupts !== undefined && { interrupts }),
    ...(structured_response !== undefined && { structured_response }),
  };
  const text = interrupts === undefined ? textOf(output) : questionOf(interrupts);
  return { content: [{ type: 'text', text }], structuredContent: { ...told } };
}

function textOf(output: Json): string {
  return typeof output === 'string' ? output : JSON.stringify(output);
}

function questionOf(interrupts: Json): string {
  return `A person has to decide before it goes on. Call it again with this thread_id and the decision as resume. What is asked: ${JSON.stringify(interrupts)}`;
}
