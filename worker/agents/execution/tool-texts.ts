import { isBaseMessage, isToolMessage } from '@langchain/core/messages';
import { isCommand } from '@langchain/langgraph';
import { isJsonObject, parseJson } from '../../json.ts';
import type { Json } from '../../json.ts';
import { contentJson, plainJson } from '../model/message-json.ts';

/** Longest input or output of a tool in an event, in characters; the state and the result hold all of it. */
const TEXT_LIMIT = 16 * 1024;

/** LangChain hands the arguments of a tool over as JSON text. */
export function inputJson(input: unknown): Json | undefined {
  return (typeof input === 'string' ? parseJson(input) : undefined) ?? plainJson(input);
}

/** What the model reads of a tool's output: a message, or a command that carries one. */
export function toolAnswer(output: unknown): { readonly status: string; readonly content: Json } {
  if (isBaseMessage(output)) {
    const status = isToolMessage(output) ? (output.status ?? 'success') : 'success';
    return { status, content: contentJson(output) };
  }
  if (!isCommand(output)) return { status: 'success', content: plainJson(output) ?? null };
  const update: unknown = output.update;
  const messages: unknown =
    typeof update === 'object' && update !== null ? Reflect.get(update, 'messages') : undefined;
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  return isBaseMessage(last) ? toolAnswer(last) : { status: 'success', content: null };
}

/** As an event carries it. */
export function shortened(value: Json | undefined): Json {
  if (value === undefined) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= TEXT_LIMIT) return isJsonObject(value) || typeof value !== 'string' ? value : text;
  return `${text.slice(0, TEXT_LIMIT)}… (${text.length} characters in all)`;
}
