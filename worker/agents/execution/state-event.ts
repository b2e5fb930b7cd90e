import type { BaseMessage } from '@langchain/core/messages';
import { isJsonObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { JobEvent } from '../../ports.ts';
import { finishReasonOf } from '../model/ending.ts';
import { contentJson, messageJson, plainJson } from '../model/message-json.ts';

/** The part of an agent's state that people see. */
export interface VisibleState {
  readonly messages: readonly BaseMessage[];
  readonly files: JsonObject;
  readonly todos: Json | undefined;
  /** The fields that the definition declares. */
  readonly fields: JsonObject;
}

/** Reads the state that LangGraph hands out; what is missing is empty. */
export function visibleState(
  values: Readonly<Record<string, unknown>>,
  declared: Iterable<string>,
): VisibleState {
  const { messages, files, todos } = values;
  const fields = [...declared].flatMap((name) => {
    const value = plainJson(values[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  const plainFiles = plainJson(files);
  return {
    // The reducer of the channel has made messages of whatever came in.
    messages: Array.isArray(messages) ? (messages as BaseMessage[]) : [],
    files: isJsonObject(plainFiles) ? plainFiles : {},
    todos: plainJson(todos),
    fields: Object.fromEntries(fields),
  };
}

/** One event holds this many characters of messages and as many of files; Redis and its readers want small entries. */
const LIMIT = 64 * 1024;

/**
 * The state after a step: `{messages, files, todos?}`. Of a long run it holds the newest messages, and says how many came
 * before (`messages_before`); a file that does not fit is there with its size only (`{size, modified_at}`).
 */
export function stateEvent(state: VisibleState): JobEvent {
  const data: JsonObject = {
    ...fittingFields(state.fields),
    ...newest(state.messages),
    files: fitting(state.files),
  };
  if (state.todos !== undefined) data['todos'] = state.todos;
  return { type: 'on_state_update', data };
}

/** The result of a finished job, as the completed event carries it: of a graph in code that has said nothing, all its fields. */
export function resultOf(state: VisibleState, usage: JsonObject): JsonObject {
  const last = state.messages.at(-1);
  const result: JsonObject = {
    output: last === undefined ? state.fields : contentJson(last),
    status: 'completed',
  };
  const reason = last && finishReasonOf(last);
  if (reason !== undefined) result['finish_reason'] = reason;
  result['usage'] = usage;
  if (Object.keys(state.files).length > 0) result['files'] = state.files;
  if (state.todos !== undefined) result['todos'] = state.todos;
  if (Object.keys(state.fields).length > 0) result['state'] = state.fields;
  return result;
}

/** Characters that the state takes as JSON, about. */
export function sizeOf(state: VisibleState): number {
  const messages = state.messages.reduce((sum, message) => sum + seen(message).size, 0);
  const fields = JSON.stringify(state.fields).length;
  return Object.values(state.files).reduce<number>((sum, file) => sum + fileSize(file), messages + fields);
}

function newest(messages: readonly BaseMessage[]): JsonObject {
  const kept: JsonObject[] = [];
  let room = LIMIT;
  for (const message of messages.toReversed()) {
    const { json, size } = seen(message);
    room -= size;
    if (room < 0 && kept.length > 0) break;
    kept.push(json);
  }
  const before = messages.length - kept.length;
  return { messages: kept.reverse(), ...(before > 0 && { messages_before: before }) };
}

/** Messages do not change once they are in the state, and each is in every later state. */
const known = new WeakMap<BaseMessage, { readonly json: JsonObject; readonly size: number }>();

function seen(message: BaseMessage): { readonly json: JsonObject; readonly size: number } {
  const before = known.get(message);
  if (before !== undefined) return before;
  const json = messageJson(message);
  const entry = { json, size: JSON.stringify(json).length };
  known.set(message, entry);
  return entry;
}

function fittingFields(fields: JsonObject): JsonObject {
  return JSON.stringify(fields).length > LIMIT ? {} : fields;
}

function fitting(files: JsonObject): JsonObject {
  let room = LIMIT;
  const members = Object.entries(files).map(([path, file]): readonly [string, Json] => {
    const size = fileSize(file);
    if (size > room)
      return [path, { size, modified_at: isJsonObject(file) ? (file['modified_at'] ?? null) : null }];
    room -= size;
    return [path, file];
  });
  return Object.fromEntries(members);
}

function fileSize(file: Json): number {
  if (!isJsonObject(file)) return 0;
  const { content } = file;
  if (typeof content === 'string') return content.length;
  if (!Array.isArray(content)) return 0;
  return content.reduce<number>((sum, line) => sum + (typeof line === 'string' ? line.length + 1 : 0), 0);
}
