import type { JsonObject } from '../../json.ts';
import type { AgentOutcome, AgentRun, JobRequest } from '../../ports.ts';
import type { ThreadStates } from '../../thread-states.ts';
import { GraphThreadStates } from './thread-states.ts';
import { buildGraph } from './build-graph.ts';
import { RunCheckpoints } from '../checkpoints/run-checkpoints.ts';
import type { CheckpointStore } from '../checkpoints/store.ts';
import { runAsking } from '../current-sources.ts';
import { runInside } from '../current-span.ts';
import type { Definition } from '../definition/definition.ts';
import { executeRun } from './execute-run.ts';
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
  readonly threads: ThreadStates;

  constructor(
    settings: AgentSettings,
    toolbox: Toolbox,
    checkpoints: CheckpointStore,
    parse: (definition: JsonObject) => Definition,
  ) {
    this.#settings = settings;
    this.#toolbox = toolbox;
    this.#checkpoints = new RunCheckpoints(checkpoints);
    this.threads = new GraphThreadStates(settings, this.#checkpoints, parse);
  }

  /** Runs a job; throws Failure and nothing else. */
  run(prepared: Prepared, definition: Definition, request: JobRequest, run: AgentRun): Promise<AgentOutcome> {
    const work = () => this.#run(prepared, definition, request, run);
    return runInside(run.span, () => runAsking(run.sources, work));
  }

  async #run(
    prepared: Prepared,
    definition: Definition,
    request: JobRequest,
    run: AgentRun,
  ): Promise<AgentOutcome> {
    const options = request.run && runOptions(request.run);
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
      return await executeRun(
        {
          graph,
          checkpoints: this.#checkpoints,
          settings: this.#settings,
          fields: fieldsOf(definition),
          formed: definition.orchestrator.responseFormat !== undefined,
          unanswered: definition.unanswered,
        },
        { jobId: request.jobId, token: run.token },
        { input, thread: request.thread, options },
        run,
      );
    } catch (error) {
      throw failureOf(error);
    } finally {
      // What servers make of it is not waited for.
      void this.#toolbox.endJob(request.thread ?? request.jobId);
    }
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
