import type { BaseMessage } from '@langchain/core/messages';
import { isJsonObject, type Json, type JsonObject } from '../../json.ts';

/**
 * A message as plain JSON: `{type, id?, content, name?, tool_calls?, tool_call_id?, status?, usage?}`, `type` being human, ai,
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
  return fields;
}

const OPTIONAL_FIELDS = [
  ['tool_calls', 'tool_calls'],
  ['tool_call_id', 'tool_call_id'],
  ['status', 'status'],
  ['usage', 'usage_metadata'],
] as const;

/** The text of a message, or its blocks where it holds more than text. */
export function contentJson(message: BaseMessage): Json {
  if (typeof message.content === 'string') return message.content;
  const onlyText = message.content.every((block) => block.type === 'text');
  return onlyText ? message.text : (plainJson(message.content) ?? null);
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
