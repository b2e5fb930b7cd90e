import type { RunnableConfig } from '@langchain/core/runnables';
import { Failure } from '../../jobs/rules/failures.ts';
import type { JsonObject } from '../../json.ts';
import type { HistoryQuery, Place, ThreadRef, ThreadStates } from '../../thread-states.ts';
import type { RunCheckpoints } from '../checkpoints/run-checkpoints.ts';
import type { Definition } from '../definition/definition.ts';
import type { AgentSettings } from '../settings.ts';
import { buildGraph } from './build-graph.ts';
import type { AgentGraph } from './build-graph.ts';
import { checkpointJson, stateJson } from './client-json.ts';

/** Reads and changes the states of threads through graphs that run nothing, and that know their tools by name alone. */
export class GraphThreadStates implements ThreadStates {
  readonly #settings: AgentSettings;
  readonly #checkpoints: RunCheckpoints;
  readonly #parse: (definition: JsonObject) => Definition;

  constructor(
    settings: AgentSettings,
    checkpoints: RunCheckpoints,
    parse: (definition: JsonObject) => Definition,
  ) {
    this.#settings = settings;
    this.#checkpoints = checkpoints;
    this.#parse = parse;
  }

  read(of: ThreadRef, place: Place | undefined, subgraphs: boolean): Promise<JsonObject> {
    return this.#with(of, place, async (graph, config) =>
      stateJson(await graph.getState(config, { subgraphs })),
    );
  }

  history(of: ThreadRef, { limit, before, place, metadata }: HistoryQuery): Promise<JsonObject[]> {
    return this.#with(of, place, async (graph, config) => {
      const states: JsonObject[] = [];
      const query = {
        limit,
        ...(before !== undefined && { before: { configurable: { checkpoint_id: before } } }),
        ...(metadata !== undefined && { filter: metadata }),
      };
      for await (const state of graph.getStateHistory(config, query)) states.push(stateJson(state));
      return states;
    });
  }

  update(
    of: ThreadRef,
    values: unknown,
    asNode: string | undefined,
    place: Place | undefined,
  ): Promise<JsonObject> {
    return this.#with(of, place, async (graph, config) => {
      const checkpoint = checkpointJson(await graph.updateState(config, values, asNode).catch(refused));
      if (checkpoint === null) throw new Error('LangGraph gave no place for an update');
      return checkpoint;
    });
  }

  async #with<T>(
    { definition, thread }: ThreadRef,
    place: Place | undefined,
    work: (graph: AgentGraph, config: RunnableConfig) => Promise<T>,
  ): Promise<T> {
    const parsed = this.#parse(definition);
    const graph = await buildGraph(parsed, () => [], this.#settings, this.#checkpoints, false);
    const visit = this.#checkpoints.begin(undefined, QUIET, thread);
    try {
      return await work(graph, { configurable: { checkpoint_ns: '', ...place, ...visit.configurable } });
    } finally {
      await visit.end();
    }
  }
}

const QUIET = { beforeWrite() {}, tokens: () => 0, stored() {} };

/** What LangGraph has against an update is the fault of whoever asked for it, but not what the store says. */
function refused(error: unknown): never {
  if (error instanceof Failure) throw error;
  const words = error instanceof Error ? error.message.split('\n')[0] : String(error);
  throw new Failure('INVALID_EVENT', `cannot update the state: ${words}`, { cause: error });
}
