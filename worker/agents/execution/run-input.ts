import { HumanMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import { Failure } from '../../jobs/rules/failures.ts';
import type { JsonObject } from '../../json.ts';
import type { Problem } from '../../ports.ts';
import { filesUpdate } from '../tools/files.ts';
import { inputMessage } from './input-message.ts';

/** What a run starts from. */
export interface RunInput {
  readonly messages: readonly BaseMessage[];
  readonly files?: JsonObject;
}

/**
 * The start of a run from the input of a job. `messages` and `files` go into the state; an input without messages becomes one
 * message: its `user_request`, or the whole of it as JSON. Throws INVALID_EVENT with every problem.
 */
export function runInput(input: JsonObject, now: Date): RunInput {
  const problems: Problem[] = [];
  const messages = messagesOf(input, problems);
  const given = input['files'];
  const files = given === undefined ? undefined : filesUpdate(given, 'input_payload.files', now, problems);
  if (problems.length > 0) {
    const all = problems.map(({ path, message }) => `${path} ${message}`).join('; ');
    throw new Failure('INVALID_EVENT', `cannot start from the input: ${all}`);
  }
  return files === undefined ? { messages } : { messages, files };
}

function messagesOf(input: JsonObject, problems: Problem[]): readonly BaseMessage[] {
  const { messages, user_request } = input;
  if (messages === undefined) {
    const text = typeof user_request === 'string' ? user_request : JSON.stringify(input);
    return [new HumanMessage(text)];
  }
  if (!Array.isArray(messages) || messages.length === 0) {
    problems.push({ path: 'input_payload.messages', message: 'expected a list with at least one message' });
    return [];
  }
  return messages.flatMap((message, index) => {
    const read = inputMessage(message);
    if (typeof read !== 'string') return [read];
    problems.push({ path: `input_payload.messages[${index}]`, message: read });
    return [];
  });
}
