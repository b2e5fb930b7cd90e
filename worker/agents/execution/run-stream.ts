import { AIMessageChunk, isBaseMessage } from '@langchain/core/messages';
import { concat } from '@langchain/core/utils/stream';
import type { Json, JsonObject } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import type { AgentGraph, GraphConfig } from './build-graph.ts';
import { checkpointJson, clientJson } from './client-json.ts';
import type { StreamMode } from '../../thread-store.ts';
import type { RunOptions } from './run-options.ts';

/** One part of the stream of a run, as clients of the Agent Server read it. */
export interface StreamPart {
  readonly event: string;
  readonly data: Json;
}

/** What LangGraph streams: where, of which mode, what. */
type Chunk = readonly [namespace: readonly string[], mode: string, data: unknown];

/** Runs the graph to its end, handing out the parts of the modes that were asked for. */
export async function streamRun(
  graph: AgentGraph,
  input: object | null,
  config: GraphConfig,
  options: Pick<RunOptions, 'stream_mode' | 'stream_subgraphs'>,
  emit: (part: StreamPart) => void,
): Promise<void> {
  const modes = options.stream_mode ?? ['values'];
  const subgraphs = options.stream_subgraphs ?? false;
  const streaming = { ...config, streamMode: graphModes(modes), subgraphs };
  const messages = new MessageParts();
  const take = (chunk: Chunk): void => {
    const [namespace, mode, data] = chunk;
    const name = mode === 'messages' ? 'messages-tuple' : mode;
    if (modes.some((one) => one === name)) emit(partOf(namespace, mode, data));
    if (modes.includes('messages')) for (const part of messages.of(mode, data)) emit(part);
  };
  if (modes.includes('events')) {
    for await (const event of graph.streamEvents(input, { ...streaming, version: 'v2' })) {
      const chunk = chunkOf(event, config.runId, subgraphs);
      if (chunk) take(chunk);
      else if (!event.tags?.includes('langsmith:hidden')) emit({ event: 'events', data: clientJson(event) });
    }
    return;
  }
  for await (const chunk of await graph.stream(input, streaming)) take(withNamespace(chunk, subgraphs));
}

/** What LangGraph calls the modes; it has the two of messages as one, and their older form is made of values as well. */
function graphModes(modes: readonly StreamMode[]): string[] {
  const wanted = modes.flatMap((mode): string[] => {
    if (mode === 'events') return [];
    if (mode === 'messages-tuple') return ['messages'];
    return mode === 'messages' ? ['messages', 'values'] : [mode];
  });
  // The events of a run are asked for with at least one mode, so that its chunks can be told from those of its parts.
  return wanted.length === 0 ? ['values'] : [...new Set(wanted)];
}

function withNamespace(chunk: readonly unknown[], subgraphs: boolean): Chunk {
  return (subgraphs ? chunk : [[], ...chunk]) as unknown as Chunk;
}

/** One of LangChain's events. */
export interface GraphEvent {
  readonly event: string;
  readonly run_id: string;
  readonly tags?: readonly string[];
  readonly data: { readonly chunk?: unknown };
}

function chunkOf(
  { event, run_id, data }: GraphEvent,
  runId: string | undefined,
  subgraphs: boolean,
): Chunk | undefined {
  if (event !== 'on_chain_stream' || run_id !== runId || !Array.isArray(data.chunk)) return undefined;
  return withNamespace(data.chunk, subgraphs);
}

function partOf(namespace: readonly string[], mode: string, data: unknown): StreamPart {
  const event = namespace.length > 0 ? `${mode}|${namespace.join('|')}` : mode;
  const json = clientJson(data);
  return { event, data: mode === 'debug' && isJsonObject(json) ? debugJson(json) : json };
}

/** A checkpoint in a part of mode `debug`, with its place beside what LangGraph calls its config. */
function debugJson(part: JsonObject): JsonObject {
  const { type, payload } = part;
  if (type !== 'checkpoint' || !isJsonObject(payload ?? null)) return part;
  const { config, parentConfig, ...rest } = payload as JsonObject;
  return {
    ...part,
    payload: {
      ...rest,
      config: publicConfig(config),
      parent_config: publicConfig(parentConfig),
      checkpoint: checkpointJson(publicConfig(config) ?? undefined),
      parent_checkpoint: checkpointJson(publicConfig(parentConfig) ?? undefined),
    },
  };
}

function publicConfig(config: Json | undefined): { configurable: JsonObject } | null {
  if (!isJsonObject(config ?? null)) return null;
  const { configurable } = config as JsonObject;
  const keys = isJsonObject(configurable ?? null) ? Object.entries(configurable as JsonObject) : [];
  return { configurable: Object.fromEntries(keys.filter(([key]) => !key.startsWith('__'))) };
}

/** The older form of the messages of a run: each as far as it has come, then whole. */
class MessageParts {
  readonly #growing = new Map<string, AIMessageChunk>();
  readonly #complete = new Set<string>();

  of(mode: string, data: unknown): readonly StreamPart[] {
    if (mode === 'messages' && Array.isArray(data)) return this.#grown(data[0], data[1]);
    if (mode !== 'values' || typeof data !== 'object' || data === null) return [];
    const messages: unknown = Reflect.get(data, 'messages');
    const whole = (Array.isArray(messages) ? messages : []).filter((message) => isBaseMessage(message));
    const fresh = whole.filter(({ id }) => id !== undefined && !this.#complete.has(id));
    for (const { id } of fresh) if (id !== undefined) this.#complete.add(id);
    return fresh.length === 0 ? [] : [{ event: 'messages/complete', data: clientJson(fresh) }];
  }

  #grown(chunk: unknown, metadata: unknown): readonly StreamPart[] {
    if (!(chunk instanceof AIMessageChunk) || chunk.id === undefined) return [];
    const before = this.#growing.get(chunk.id);
    const message = before === undefined ? chunk : concat(before, chunk);
    this.#growing.set(chunk.id, message);
    const partial = { event: 'messages/partial', data: clientJson([message]) };
    if (before !== undefined) return [partial];
    const about = { [chunk.id]: { metadata: clientJson(metadata) } };
    return [{ event: 'messages/metadata', data: about }, partial];
  }
}
