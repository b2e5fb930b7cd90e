import { isBaseMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import { isJsonObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import { finishReasonOf } from './ending.ts';

/**
 * A message as plain JSON: `{type, id?, content, name?, tool_calls?, tool_call_id?, status?, usage?, finish_reason?}`, `type` being human, ai,
 * tool or system. LangChain's own JSON is its constructor arguments, which nobody but LangChain can read.
 */
export function messageJson(message: BaseMessage): JsonObject {
  const fields: JsonObject = { type: message.type, content: contentJson(message) };
  if (message.id !== undefined) fields['id'] = message.id;
  if (message.name !== undefined) fields['name'] = message.name;
  for (const [key, from] of OPTIONAL_FIELDS) {
    const value = plainJson(Reflect.get(message, from));
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) fields[key] = value;
  }
  const reason = finishReasonOf(message);
  if (reason !== undefined) fields['finish_reason'] = reason;
  return fields;
}

const OPTIONAL_FIELDS = [
  ['tool_calls', 'tool_calls'],
  ['tool_call_id', 'tool_call_id'],
  ['status', 'status'],
  ['usage', 'usage_metadata'],
] as const;

/** Blocks of an answer that are no part of what it says: thoughts, and calls, which `tool_calls` has. */
const SILENT =
  /^(redacted_)?thinking$|^reasoning|^tool_(use|call)$|^function_call|^input_json_delta$|^server_tool|_tool_result$/;

/** The text of a message, or its blocks where it says more than text. */
export function contentJson(message: BaseMessage): Json {
  if (typeof message.content === 'string') return message.content;
  const said = message.content.filter((block) => !(message.type === 'ai' && SILENT.test(block.type)));
  return said.every((block) => block.type === 'text') ? message.text : (plainJson(said) ?? null);
}

/** The JSON of a value that may hold more than JSON: what has none is left out, as `JSON.stringify` does. */
export function plainJson(value: unknown): Json | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'object' ? objectJson(value) : undefined;
}

function objectJson(value: object | null): Json {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((one) => plainJson(one) ?? null);
  if (value instanceof Uint8Array) return { bytes: value.byteLength };
  if (!isJsonObject(value)) return null;
  const members = Object.entries(value).flatMap(([key, one]) => {
    const member = plainJson(one);
    return member === undefined ? [] : [[key, member] as const];
  });
  // Not by assignment: that would make "__proto__" the prototype.
  return Object.fromEntries(members);
}

/** Messages in the form of OpenAI, which LangChain of any language reads: `{role, content, tool_calls?, tool_call_id?}`. */
export function chatMessages(messages: unknown): JsonObject[] {
  if (!Array.isArray(messages)) return [];
  return messages
    .filter((message) => isBaseMessage(message))
    .map((message) => {
      const { type, id, finish_reason: _, usage: __, ...rest } = messageJson(message);
      const role = ROLES[String(message.type)] ?? type ?? 'user';
      return { role, ...(id !== undefined && { id }), ...rest };
    });
}

const ROLES: Readonly<Record<string, string>> = { human: 'user', ai: 'assistant' };
