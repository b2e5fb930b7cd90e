import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import type { AgentGraph } from '../execution/build-graph.ts';
import type { CodedAgents } from './coded-agent.ts';

/** A graph in code on what the worker keeps for it. */
export interface WiredAgent {
  readonly graph: AgentGraph;
  /** The parts of its state that are in its result, beside messages, files and todos. */
  readonly fields: readonly string[];
  readonly channels: ReadonlySet<string>;
  /** Whether it works on a state, whose fields are its input; functions take anything. */
  readonly isState: boolean;
}

/** Parts that every agent of a definition has as well, which stand by themselves in results and events. */
const COMMON: ReadonlySet<string> = new Set(['messages', 'files', 'todos']);

/** The graphs of the worker, each on its checkpoints in the place of its own. */
export function wiredAgents(
  agents: CodedAgents,
  checkpointer: BaseCheckpointSaver,
): ReadonlyMap<string, WiredAgent> {
  const wired = [...agents].map(([name, { graph: loaded }]): [string, WiredAgent] => {
    const graph = loaded.withConfig({});
    graph.checkpointer = checkpointer;
    const { outputChannels: outputs } = graph;
    const isState = typeof outputs !== 'string';
    const fields = isState ? outputs.filter((field) => !COMMON.has(field)) : [];
    return [name, { graph, fields, channels: new Set(Object.keys(graph.channels)), isState }];
  });
  return new Map(wired);
}
