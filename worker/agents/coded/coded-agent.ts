import type { BaseCheckpointSaver, BaseStore } from '@langchain/langgraph-checkpoint';
import type { AgentGraph } from '../execution/build-graph.ts';

/** What is used of a graph that LangGraph has compiled. */
export interface CompiledGraph extends AgentGraph {
  checkpointer?: BaseCheckpointSaver | boolean;
  store?: BaseStore;
  readonly channels: Readonly<Record<string, unknown>>;
  /** Of the state, what a run gives back; one name where that is a single value. */
  readonly outputChannels: string | readonly string[];
  /** A copy, but for this. */
  withConfig(config: object): CompiledGraph;
}

/** An agent written in code: a graph that came with the worker. */
export interface CodedAgent {
  readonly graph: CompiledGraph;
  /** When its file was changed, in ISO 8601. */
  readonly changedAt: string;
}

/** Agents written in code, by name. */
export type CodedAgents = ReadonlyMap<string, CodedAgent>;
