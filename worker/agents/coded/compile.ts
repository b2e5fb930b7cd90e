import { Pregel } from '@langchain/langgraph/pregel';
import type { CompiledGraph } from './coded-agent.ts';
import type { AgentServices } from './services.ts';

/**
 * The compiled graph that an export is, or makes: a graph, a graph that is not compiled yet, an agent of LangChain or
 * deepagents, or a function that gives one of them. Throws an Error with why it is none.
 */
export async function compiledGraph(exported: unknown, services: AgentServices): Promise<CompiledGraph> {
  const isFactory = typeof exported === 'function';
  const made: unknown = isFactory ? await Reflect.apply(exported, undefined, [services]) : await exported;
  const graph = inside(made);
  // LangGraph types its graphs by all that they hold, which nobody knows here.
  if (graph instanceof Pregel) return graph as unknown as CompiledGraph;
  if (member(graph, 'lg_is_pregel') === true)
    throw new Error(
      'it is a graph of another copy of @langchain/langgraph: leave the packages of the worker out of a bundle (--packages=external)',
    );
  const what = isFactory ? 'it gives' : 'it is';
  throw new Error(`${what} ${nameOf(made)}, and no graph, agent or function that gives one`);
}

/** An agent has its graph inside, and what builds a graph compiles it. */
function inside(made: unknown): unknown {
  const compile = member(made, 'compile');
  if (typeof compile === 'function') return Reflect.apply(compile, made, []);
  return made instanceof Pregel ? made : (member(made, 'graph') ?? made);
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function nameOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return typeof value === 'object' ? `an object of ${value.constructor.name}` : `a ${typeof value}`;
}
