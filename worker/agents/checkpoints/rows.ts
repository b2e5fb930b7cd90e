import type { RunnableConfig } from '@langchain/core/runnables';
import { MemorySaver, WRITES_IDX_MAP } from '@langchain/langgraph-checkpoint';
import type { Checkpoint, CheckpointMetadata, CheckpointTuple } from '@langchain/langgraph-checkpoint';
import { tokensAt } from '../model/token-budget.ts';
import type { Put, TaskWrites } from './store.ts';

/** A row of agent_checkpoints, but for its job, order and token. */
export interface CheckpointRow {
  readonly namespace: string;
  readonly kind: 'checkpoint' | 'value' | 'write';
  readonly key: string;
  readonly channel: string;
  readonly refs: readonly string[];
  readonly tokens: number;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** LangGraph's own serializer, which its package does not export by itself. */
const { serde } = new MemorySaver();

/** What a row of kind `checkpoint` holds. */
interface Stored {
  readonly checkpoint: Omit<Checkpoint, 'channel_values'>;
  readonly metadata: CheckpointMetadata;
  readonly parent: string | null;
}

interface Keys {
  readonly thread: string;
  readonly namespace: string;
  readonly checkpoint: string | undefined;
}

export function keysOf(config: RunnableConfig): Keys {
  // The keys that LangGraph puts there (langgraph-checkpoint, BaseCheckpointSaver).
  const keys = (config.configurable ?? {}) as Readonly<Record<string, string | undefined>>;
  return {
    thread: keys['thread_id'] ?? '',
    namespace: keys['checkpoint_ns'] ?? '',
    checkpoint: keys['checkpoint_id'],
  };
}

function valueKey(channel: string, version: unknown): string {
  return `${channel}\n${String(version)}`;
}

/** The checkpoint, and those values of its channels that are new. */
export async function putRows([config, checkpoint, metadata, versions]: Put): Promise<CheckpointRow[]> {
  const { namespace, checkpoint: parent } = keysOf(config);
  const { channel_values: values, ...rest } = checkpoint;
  const changed = Object.entries(versions).filter(([channel]) => channel in values);
  const rows = await Promise.all(
    changed.map(async ([channel, version]): Promise<CheckpointRow> => {
      const [type, bytes] = await serde.dumpsTyped(values[channel]);
      const key = valueKey(channel, version);
      return { namespace, kind: 'value', key, channel, refs: [], tokens: 0, type, bytes };
    }),
  );
  const stored: Stored = { checkpoint: rest, metadata, parent: parent ?? null };
  const [type, bytes] = await serde.dumpsTyped(stored);
  const refs = Object.entries(checkpoint.channel_versions).map(([channel, version]) =>
    valueKey(channel, version),
  );
  const tokens = tokensAt(metadata);
  rows.push({ namespace, kind: 'checkpoint', key: checkpoint.id, channel: '', refs, tokens, type, bytes });
  return rows;
}

/** What a task produced. Of the special channels (errors, interrupts) there is one a task. */
export async function writeRows({ config, writes, taskId }: TaskWrites): Promise<CheckpointRow[]> {
  const { namespace, checkpoint = '' } = keysOf(config);
  return Promise.all(
    writes.map(async ([channel, value], index): Promise<CheckpointRow> => {
      const [type, bytes] = await serde.dumpsTyped(value);
      const place = String(WRITES_IDX_MAP[channel] ?? index).padStart(6, '0');
      const key = `${checkpoint}\n${taskId}\n${place}`;
      return { namespace, kind: 'write', key, channel, refs: [], tokens: 0, type, bytes };
    }),
  );
}

/** A checkpoint as it was read, with its values and what its unfinished step has produced. */
export interface ReadRow {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Channel, type and value. */
  readonly channel_values: readonly (readonly [Uint8Array, Uint8Array, Uint8Array])[] | null;
  /** Key, channel, type and value. */
  readonly writes: readonly (readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array])[] | null;
}

const decoder = new TextDecoder();

export async function tupleOf(thread: string, namespace: string, row: ReadRow): Promise<CheckpointTuple> {
  // Written by putRows.
  const stored = (await serde.loadsTyped(row.type, row.bytes)) as Stored;
  const values = await Promise.all(
    (row.channel_values ?? []).map(async ([channel, type, bytes]): Promise<[string, unknown]> => [
      decoder.decode(channel),
      await serde.loadsTyped(decoder.decode(type), bytes),
    ]),
  );
  const pendingWrites = await Promise.all(
    (row.writes ?? []).map(async ([key, channel, type, bytes]): Promise<[string, string, unknown]> => [
      decoder.decode(key).split('\n')[1] ?? '',
      decoder.decode(channel),
      await serde.loadsTyped(decoder.decode(type), bytes),
    ]),
  );
  const at = (checkpoint_id: string) => ({
    configurable: { thread_id: thread, checkpoint_ns: namespace, checkpoint_id },
  });
  const { checkpoint, metadata, parent } = stored;
  return {
    config: at(checkpoint.id),
    checkpoint: { ...checkpoint, channel_values: Object.fromEntries(values) },
    metadata,
    pendingWrites,
    ...(parent === null ? {} : { parentConfig: at(parent) }),
  };
}
