import type { RunnableConfig } from '@langchain/core/runnables';
import type { StateSnapshot } from '@langchain/langgraph';
import { TOKENS_KEY } from '../model/token-budget.ts';
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

/** The state of a thread at one checkpoint, with the tasks that wait there. */
export function stateJson(state: StateSnapshot): JsonObject {
  return {
    values: clientJson(state.values),
    next: [...state.next],
    tasks: state.tasks.map((task) => ({
      id: task.id,
      name: task.name,
      error: errorText(task.error),
      interrupts: clientJson(task.interrupts),
      path: clientJson(task.path ?? []),
      checkpoint:
        task.state !== undefined && 'configurable' in task.state ? clientJson(task.state.configurable) : null,
      state: task.state !== undefined && 'values' in task.state ? stateJson(task.state) : null,
      result: clientJson(Reflect.get(task, 'result') ?? null),
    })),
    metadata: metadataJson(state.metadata),
    created_at: state.createdAt ?? null,
    checkpoint: checkpointJson(state.config),
    parent_checkpoint: checkpointJson(state.parentConfig),
  };
}

/** Without what is nobody's but ours. */
function metadataJson(metadata: StateSnapshot['metadata']): Json {
  if (metadata === undefined) return null;
  const { [TOKENS_KEY]: _, ...rest } = metadata as Readonly<Record<string, unknown>>;
  return clientJson(rest);
}

function errorText(error: unknown): Json {
  if (error === undefined || error === null) return null;
  return error instanceof Error ? error.message : JSON.stringify(error);
}
