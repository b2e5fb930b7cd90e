import type { KeptItems } from '../item-store.ts';
import { Failure } from '../jobs/rules/failures.ts';
import type { Agent, Problem } from '../ports.ts';
import type { ThreadStates } from '../thread-states.ts';
import type { CheckpointStore } from './checkpoints/store.ts';
import { capabilitiesOf } from './definition/capabilities.ts';
import type { Readable } from './definition/parse.ts';
import { needsOf, unknownOf } from './definition/needs.ts';
import { GraphCache } from './execution/graph-cache.ts';
import type { Prepared } from './execution/graph-cache.ts';
import type { Runner } from './execution/runner.ts';
import type { AgentSettings } from './settings.ts';
import { Toolbox } from './tools/toolbox.ts';

/** An agent that holds threads and connections for its tools. */
export interface OpenAgent extends Agent {
  /** The states of the threads that it has worked on. */
  readonly threads: ThreadStates;
  /** Loads what running a job takes, ahead of the first one. */
  warm(): Promise<void>;
  close(): Promise<void>;
}

/** Where agents keep what outlives a run. */
export interface AgentPlaces {
  /** Loaded as late as the rest. */
  checkpoints(): Promise<CheckpointStore>;
  readonly items: KeptItems;
}

/**
 * The agent on LangGraph and deepagents. They are loaded with the first job or by `warm`, as they take longer than all the
 * rest of the worker; checking a definition needs none of them. `heard` is told of each tool server that has answered.
 */
export function openAgent(
  settings: AgentSettings,
  places: AgentPlaces,
  heard: (source: string) => void = () => {},
): OpenAgent {
  const capabilities = capabilitiesOf(settings);
  const cache = new GraphCache(capabilities);
  const toolbox = new Toolbox(settings, heard);
  let loading: Promise<Runner> | undefined;

  function load(): Promise<Runner> {
    loading ??= loadRunner();
    return loading;
  }

  async function loadRunner(): Promise<Runner> {
    const [{ Runner }, checkpoints] = await Promise.all([
      import('./execution/runner.ts'),
      places.checkpoints(),
    ]);
    return new Runner(settings, toolbox, { checkpoints, items: places.items }, (definition) =>
      readable(cache.prepared(definition), undefined),
    );
  }

  return {
    check: (definition) => problemsOf(cache.prepared(definition)),
    needs: (definition) => needsOf(definition, capabilities.defaultFallbacks),
    async run(request, run) {
      const prepared = cache.prepared(request.definition);
      const what = readable(prepared, unknownOf(request.definition, capabilities));
      const runner = await load();
      return runner.run(prepared, what, request, run);
    },
    async forget(jobIds) {
      const runner = await load();
      await runner.forget(jobIds);
    },
    threads: {
      read: async (...args) => (await load()).threads.read(...args),
      history: async (...args) => (await load()).threads.history(...args),
      update: async (...args) => (await load()).threads.update(...args),
    },
    async warm() {
      await load();
    },
    close: () => toolbox.close(),
  };
}

function problemsOf({ parsed }: Prepared): readonly Problem[] {
  return parsed.kind === 'problems' ? parsed.problems : [];
}

/** Where a definition names what only the worker has: another worker may have it. */
const OF_THE_WORKER = /^graph$|\.(model(\.fallbacks\[\d+\])?\.provider|runtime\.server)$/;

function readable({ parsed }: Prepared, unknown: string | undefined): Readable {
  if (parsed.kind !== 'problems') return parsed;
  const ofTheWorker = parsed.problems.every(({ path }) => OF_THE_WORKER.test(path));
  const all = parsed.problems.map(({ path, message }) => `${path} ${message}`).join('; ');
  throw new Failure(
    ofTheWorker ? 'UNKNOWN_PROVIDER' : 'INVALID_DEFINITION',
    `cannot run the definition: ${all}`,
    { source: ofTheWorker ? unknown : undefined },
  );
}
