import type { KeptItems } from '../../item-store.ts';
import type { JsonObject } from '../../json.ts';
import type { AgentOutcome, AgentRun, JobRequest } from '../../ports.ts';
import type { ThreadStates } from '../../thread-states.ts';
import { GraphThreadStates } from './thread-states.ts';
import { buildGraph } from './build-graph.ts';
import type { AgentGraph } from './build-graph.ts';
import { RunCheckpoints } from '../checkpoints/run-checkpoints.ts';
import type { CheckpointStore } from '../checkpoints/store.ts';
import { runAsking } from '../current-sources.ts';
import { runInside } from '../current-span.ts';
import { codedFailure } from '../coded/coded-failure.ts';
import { codedInput } from '../coded/coded-input.ts';
import { wiredAgents } from '../coded/wire.ts';
import type { WiredAgent } from '../coded/wire.ts';
import type { Definition } from '../definition/definition.ts';
import type { Readable } from '../definition/parse.ts';
import { executeRun } from './execute-run.ts';
import type { Engine } from './execute-run.ts';
import { failureOf } from '../model/failure-of.ts';
import { graphOf } from './graph-cache.ts';
import type { Prepared } from './graph-cache.ts';
import { runInput } from './run-input.ts';
import type { RunInput } from './run-input.ts';
import { runOptions } from './run-options.ts';
import { LONG_MESSAGE } from '../model/middleware.ts';
import type { AgentSettings } from '../settings.ts';
import type { Toolbox } from '../tools/toolbox.ts';

/** The part of the agent that needs LangGraph. */
export class Runner {
  readonly #settings: AgentSettings;
  readonly #toolbox: Toolbox;
  readonly #checkpoints: RunCheckpoints;
  readonly #items: KeptItems;
  readonly #coded: ReadonlyMap<string, WiredAgent>;
  readonly threads: ThreadStates;

  constructor(
    settings: AgentSettings,
    toolbox: Toolbox,
    { checkpoints, items }: { readonly checkpoints: CheckpointStore; readonly items: KeptItems },
    parse: (definition: JsonObject) => Readable,
  ) {
    this.#settings = settings;
    this.#toolbox = toolbox;
    this.#checkpoints = new RunCheckpoints(checkpoints);
    this.#items = items;
    this.#coded = wiredAgents(settings.coded ?? new Map<string, never>(), this.#checkpoints);
    this.threads = new GraphThreadStates(this.#checkpoints, (definition) =>
      this.#quietGraph(parse(definition)),
    );
  }

  /** Runs a job; throws Failure and nothing else. */
  run(prepared: Prepared, what: Readable, request: JobRequest, run: AgentRun): Promise<AgentOutcome> {
    const work = async (): Promise<AgentOutcome> => {
      try {
        return await (what.kind === 'coded'
          ? this.#runCoded(what.name, request, run)
          : this.#runDefinition(prepared, what.definition, request, run));
      } catch (error) {
        throw failureOf(error);
      }
    };
    return runInside(run.span, () => runAsking(run.sources, this.#settings.modelCalls, work));
  }

  async #runDefinition(
    prepared: Prepared,
    definition: Definition,
    request: JobRequest,
    run: AgentRun,
  ): Promise<AgentOutcome> {
    const input = runInput(request.input, new Date());
    const longInput = isLong(input);
    try {
      const offers = await this.#toolbox.offers(definition);
      const graph = await graphOf(prepared, longInput, offers.version, async () =>
        buildGraph(
          definition,
          await this.#toolbox.toolsOf(definition, offers),
          this.#settings,
          this.#checkpoints,
          longInput,
        ),
      );
      const { responseFormat } = definition.orchestrator;
      const engine = { graph, fields: fieldsOf(definition), formed: responseFormat !== undefined };
      return await this.#execute({ ...engine, unanswered: definition.unanswered }, input, request, run);
    } finally {
      // What servers make of it is not waited for.
      void this.#toolbox.endJob(request.thread ?? request.jobId);
    }
  }

  async #runCoded(name: string, request: JobRequest, run: AgentRun): Promise<AgentOutcome> {
    const agent = this.#agentIn(name);
    const engine = {
      graph: agent.graph,
      fields: agent.fields,
      formed: false,
      coded: true,
      whole: !agent.isState,
    };
    try {
      return await this.#execute(engine, codedInput(request.input, agent), request, run);
    } catch (error) {
      throw codedFailure(name, error);
    }
  }

  #execute(
    engine: Omit<Engine, 'checkpoints' | 'items' | 'settings'>,
    input: object,
    request: JobRequest,
    run: AgentRun,
  ): Promise<AgentOutcome> {
    const options = request.run && runOptions(request.run);
    return executeRun(
      { ...engine, checkpoints: this.#checkpoints, items: this.#items, settings: this.#settings },
      { jobId: request.jobId, token: run.token },
      { input, thread: request.thread, options },
      run,
    );
  }

  /** A graph that runs nothing: it knows its tools by name alone. */
  async #quietGraph(what: Readable): Promise<AgentGraph> {
    if (what.kind === 'coded') return this.#agentIn(what.name).graph;
    return buildGraph(what.definition, () => [], this.#settings, this.#checkpoints, false);
  }

  #agentIn(name: string): WiredAgent {
    const agent = this.#coded.get(name);
    if (agent === undefined) throw new Error(`the agent in code "${name}" was judged to be here`);
    return agent;
  }

  async forget(jobIds: readonly string[]): Promise<void> {
    await this.#checkpoints.deleteThreads(jobIds);
  }
}

function isLong({ messages }: RunInput): boolean {
  return messages.some((message) => message.text.length > LONG_MESSAGE);
}

function fieldsOf({ orchestrator, specialists }: Definition): ReadonlySet<string> {
  return new Set([orchestrator, ...specialists].flatMap((node) => [...node.fields.keys()]));
}
