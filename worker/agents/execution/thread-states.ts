import type { RunnableConfig } from '@langchain/core/runnables';
import { Failure } from '../../jobs/rules/failures.ts';
import type { JsonObject } from '../../json.ts';
import type { HistoryQuery, Place, ThreadRef, ThreadStates } from '../../thread-states.ts';
import type { RunCheckpoints } from '../checkpoints/run-checkpoints.ts';
import type { AgentGraph } from './build-graph.ts';
import { checkpointJson, stateJson } from './client-json.ts';

/** Reads and changes the states of threads through graphs that run nothing. */
export class GraphThreadStates implements ThreadStates {
  readonly #checkpoints: RunCheckpoints;
  readonly #graphOf: (definition: JsonObject) => Promise<AgentGraph>;

  constructor(checkpoints: RunCheckpoints, graphOf: (definition: JsonObject) => Promise<AgentGraph>) {
    this.#checkpoints = checkpoints;
    this.#graphOf = graphOf;
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
    const graph = await this.#graphOf(definition);
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
