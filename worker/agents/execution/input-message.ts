import { AIMessage, HumanMessage, RemoveMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import { isJsonObject, parseJson } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

/** What messages are called, by LangChain and by the providers of models. */
const KINDS = {
  user: 'human',
  human: 'human',
  assistant: 'ai',
  ai: 'ai',
  system: 'system',
  developer: 'system',
  tool: 'tool',
  remove: 'remove',
} as const;

function isKind(name: Json | undefined): name is keyof typeof KINDS {
  return typeof name === 'string' && Object.hasOwn(KINDS, name);
}

/**
 * A message, or what is wrong with it: as providers of models have it, as clients of the Agent Server read it, or as our own
 * `on_state_update` carries it. Nothing else of it counts: LangChain's own JSON can name classes to construct.
 */
export function inputMessage(message: Json): BaseMessage | string {
  if (!isJsonObject(message)) return 'expected an object with role and content';
  const name = message['role'] ?? message['type'];
  if (!isKind(name)) return 'role: expected "user", "assistant", "system" or "tool"';
  const kind = KINDS[name];
  const { id } = message;
  if (kind === 'remove') return typeof id === 'string' ? new RemoveMessage({ id }) : 'id: expected a text';
  const calls = kind === 'ai' ? toolCalls(message['tool_calls']) : [];
  if (typeof calls === 'string') return calls;
  // What an assistant only calls tools with may be null.
  const content = contentOf(message['content'] ?? (calls.length > 0 ? '' : undefined));
  if (content === undefined) return 'content: expected a text, or a list of blocks with a type';
  const fields = { content, ...textsOf(message, 'id', 'name') };
  switch (kind) {
    case 'human':
      return new HumanMessage(fields);
    case 'system':
      return new SystemMessage(fields);
    case 'ai':
      return new AIMessage({ ...fields, tool_calls: calls });
    case 'tool':
      return toolMessage(message, fields);
  }
}

type Content = string | ({ type: string } & Record<string, Json>)[];

function toolMessage(
  { tool_call_id, status }: JsonObject,
  fields: { readonly content: Content },
): ToolMessage | string {
  if (typeof tool_call_id !== 'string') return 'tool_call_id: expected the id of the call that it answers';
  return new ToolMessage({ ...fields, tool_call_id, status: status === 'error' ? 'error' : 'success' });
}

function textsOf<Name extends string>(message: JsonObject, ...names: Name[]): { [name in Name]?: string } {
  const texts = names
    .filter((name) => typeof message[name] === 'string')
    .map((name) => [name, message[name]]);
  return Object.fromEntries(texts) as { [name in Name]?: string };
}

interface ToolCall {
  readonly name: string;
  readonly args: Record<string, Json>;
  readonly type: 'tool_call';
  readonly id: string;
}

/** Calls as LangChain has them, `{name, args, id}`, or OpenAI, `{id, function: {name, arguments}}`. */
function toolCalls(calls: Json | undefined): ToolCall[] | string {
  if (calls === undefined || calls === null) return [];
  const read = Array.isArray(calls) ? calls.map(toolCall) : [undefined];
  const good = read.flatMap((call) => call ?? []);
  return good.length === read.length ? good : 'tool_calls: expected a list of calls with id, name and args';
}

function toolCall(call: Json): ToolCall | undefined {
  if (!isJsonObject(call)) return undefined;
  const { id, function: called } = call;
  const { name, args } = isJsonObject(called ?? null) ? openaiCall(called as JsonObject) : call;
  if (typeof id !== 'string' || typeof name !== 'string' || !isJsonObject(args ?? null)) return undefined;
  return { id, name, args: { ...(args as JsonObject) }, type: 'tool_call' };
}

function openaiCall({ name, arguments: text }: JsonObject): JsonObject {
  return { name: name ?? null, args: (typeof text === 'string' ? parseJson(text) : undefined) ?? null };
}

function contentOf(content: Json | undefined): Content | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const blocks = content.flatMap((block) => {
    if (!isJsonObject(block) || typeof block['type'] !== 'string') return [];
    return [{ ...block, type: block['type'] }];
  });
  return blocks.length === content.length ? blocks : undefined;
}
