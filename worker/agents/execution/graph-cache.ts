import { isTooDeep, MAX_LEVELS } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import type { AgentGraph } from './build-graph.ts';
import type { Capabilities } from '../definition/definition.ts';
import { parseDefinition } from '../definition/parse.ts';
import type { Parsed } from '../definition/parse.ts';

interface KnownGraph {
  /** Of the tools that it was built with. */
  readonly version: string;
  readonly graph: Promise<AgentGraph>;
}

/** A definition that was seen lately: what it says, and its graphs once they are built. */
export interface Prepared {
  readonly parsed: Parsed;
  /** By whether the input is long; a graph that could not be built is not kept. */
  readonly graphs: Map<boolean, KnownGraph>;
}

/** Definitions kept; building one takes a few milliseconds, keeping it some hundred kilobytes. */
const KEPT = 64;

/** Characters of all definitions kept, whatever their number. */
const KEPT_CHARACTERS = 8 * 1024 * 1024;

const tooDeep: Parsed = {
  kind: 'problems',
  problems: [{ path: '', message: `the definition has more than ${MAX_LEVELS} levels of lists and objects` }],
};

/** Remembers definitions by their text, since publishers send the same few again and again. */
export class GraphCache {
  readonly #capabilities: Capabilities;
  readonly #prepared = new Map<string, Prepared>();
  #characters = 0;

  constructor(capabilities: Capabilities) {
    this.#capabilities = capabilities;
  }

  prepared(definition: JsonObject): Prepared {
    if (isTooDeep(definition)) return { parsed: tooDeep, graphs: new Map() };
    const key = JSON.stringify(definition);
    const before = this.#prepared.get(key);
    // Taken out and put back, the entry is the newest, and the oldest is always first.
    this.#forget(before === undefined ? undefined : key);
    const entry = before ?? { parsed: parseDefinition(definition, this.#capabilities), graphs: new Map() };
    this.#prepared.set(key, entry);
    this.#characters += key.length;
    while (this.#prepared.size > KEPT || this.#characters > KEPT_CHARACTERS) {
      this.#forget(this.#prepared.keys().next().value);
    }
    return entry;
  }

  #forget(key: string | undefined): void {
    if (key === undefined || !this.#prepared.delete(key)) return;
    this.#characters -= key.length;
  }
}

/** The graph for a job, built by `build` unless it is there already with tools of this version. */
export function graphOf(
  prepared: Prepared,
  longInput: boolean,
  version: string,
  build: () => Promise<AgentGraph>,
): Promise<AgentGraph> {
  const before = prepared.graphs.get(longInput);
  if (before?.version === version) return before.graph;
  const graph = build();
  prepared.graphs.set(longInput, { version, graph });
  graph.catch(() => prepared.graphs.delete(longInput));
  return graph;
}
