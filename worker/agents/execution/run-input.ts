import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import { Failure } from '../../jobs/rules/failures.ts';
import { isJsonObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Problem } from '../../ports.ts';
import { filesUpdate } from '../tools/files.ts';

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
    const read = messageOf(message);
    if (typeof read !== 'string') return [read];
    problems.push({ path: `input_payload.messages[${index}]`, message: read });
    return [];
  });
}

/** A message, or what is wrong with it. Only plain messages are taken: LangChain's own JSON can name classes to construct. */
function messageOf(message: Json): BaseMessage | string {
  if (!isJsonObject(message)) return 'expected an object with role and content';
  const content = contentOf(message['content']);
  if (content === undefined) return 'content: expected a text, or a list of blocks with a type';
  const make = MESSAGES.get(message['role'] ?? message['type'] ?? null);
  return make === undefined ? 'role: expected "user", "assistant" or "system"' : make(content);
}

const MESSAGES: ReadonlyMap<Json, (content: Content) => BaseMessage> = new Map<
  Json,
  (content: Content) => BaseMessage
>([
  ['user', (content) => new HumanMessage({ content })],
  ['human', (content) => new HumanMessage({ content })],
  ['assistant', (content) => new AIMessage({ content })],
  ['ai', (content) => new AIMessage({ content })],
  ['system', (content) => new SystemMessage({ content })],
]);

type Content = string | ({ type: string } & Record<string, Json>)[];

function contentOf(content: Json | undefined): Content | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const blocks = content.flatMap((block) => {
    if (!isJsonObject(block) || typeof block['type'] !== 'string') return [];
    return [{ ...block, type: block['type'] }];
  });
  return blocks.length === content.length ? blocks : undefined;
}
