import type { RunnableConfig } from '@langchain/core/runnables';
import { parseJson } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

/**
 * Any value as clients of the Agent Server read it: messages as `{type, content, id, …}` with all their fields, and what JSON
 * cannot hold left out.
 */
export function clientJson(value: unknown): Json {
  const text = JSON.stringify(value, function (this: unknown, key, plain: unknown) {
    // `toJSON` of a message has been asked already: what counts is the message itself.
    const held: unknown = typeof this === 'object' && this !== null ? Reflect.get(this, key) : undefined;
    return isMessage(held) ? flat(held.toDict()) : plain;
  });
  return text === undefined ? null : (parseJson(text) ?? null);
}

interface Message {
  toDict(): { readonly type: string; readonly data: object };
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'toDict') === 'function';
}

function flat({ type, data }: ReturnType<Message['toDict']>): object {
  return { ...data, type };
}

/** A place in a thread. */
export function checkpointJson(config: RunnableConfig | undefined): JsonObject | null {
  const keys = (config?.configurable ?? {}) as Readonly<Record<string, unknown>>;
  const { thread_id, checkpoint_id, checkpoint_ns, checkpoint_map } = keys;
  if (typeof thread_id !== 'string' || typeof checkpoint_id !== 'string') return null;
  return {
    thread_id,
    checkpoint_id,
    checkpoint_ns: typeof checkpoint_ns === 'string' ? checkpoint_ns : '',
    checkpoint_map: clientJson(checkpoint_map ?? null),
  };
}
