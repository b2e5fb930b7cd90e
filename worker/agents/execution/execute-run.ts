import { INTERRUPT, isGraphDrained, isInterrupted, RunControl } from '@langchain/langgraph';
import { Failure } from '../../jobs/rules/failures.ts';
import type { KeptItems } from '../../item-store.ts';
import type { Lease } from '../../job-store.ts';
import type { JsonObject } from '../../json.ts';
import type { AgentOutcome, AgentRun } from '../../ports.ts';
import type { Unanswered } from '../definition/definition.ts';
import type { AgentGraph, GraphConfig } from './build-graph.ts';
import type { RunCheckpoints, WatchedRun } from '../checkpoints/run-checkpoints.ts';
import { askedNow, heardAnswer, whyLate } from './late-answer.ts';
import { runKeeping } from '../items/current-items.ts';
import { RunItems } from '../items/run-items.ts';
import { RunObserver } from './run-observer.ts';
import type { AgentSettings } from '../settings.ts';
import { resultOf, sizeOf, stateEvent, visibleState } from './state-event.ts';
import { responseIn } from '../model/answer-form.ts';
import { TokenBudget, jobOf } from '../model/token-budget.ts';
import { askedConfig, commandOf, publicKeys } from './run-options.ts';
import type { RunOptions } from './run-options.ts';
import { clientJson } from './client-json.ts';
import { streamRun } from './run-stream.ts';
import type { StreamPart } from './run-stream.ts';

/** What a run runs on. */
export interface Engine {
  readonly graph: AgentGraph;
  readonly checkpoints: RunCheckpoints;
  readonly items: KeptItems;
  readonly settings: AgentSettings;
  /** Names of the fields of the state that are its own. */
  readonly fields: Iterable<string>;
  /** Whether its answer has a form. */
  readonly formed: boolean;
  /** Whether it came with the worker, and asks LangGraph for the store. */
  readonly coded?: boolean;
  /** Whether its output is what the graph gives, as it is: a function has no state. */
  readonly whole?: boolean;
  /** What becomes of its questions that nobody answers. */
  readonly unanswered?: Unanswered | undefined;
}

/** What a job asks of its thread. */
export interface Asked {
  readonly input: object;
  readonly thread: string | undefined;
  readonly options: RunOptions | undefined;
}

/** Largest state of a run, messages and files together, in characters. */
const STATE_LIMIT = 16 * 1024 * 1024;

/** Where a thread stands before a run. */
type Progress =
  | { readonly kind: 'new' }
  | {
      readonly kind: 'begun' | 'finished';
      /** The one that comes next, as LangGraph counts them. */
      readonly step: number;
      readonly values: Readonly<Record<string, unknown>>;
    };

/**
 * Runs a thread from where it stands to its end. A thread without a checkpoint starts with the input; one with steps ahead goes
 * on with `null`, as giving the input again would repeat the user's message and cancel calls in flight; one without is
 * finished, and only its result is read. Each step is stored before the next begins (durability "sync").
 */
export async function executeRun(
  engine: Engine,
  lease: Lease,
  { input, thread, options }: Asked,
  run: AgentRun,
): Promise<AgentOutcome> {
  const limits = new AbortController();
  const signal = AbortSignal.any([run.signal, limits.signal]);
  const budget = new TokenBudget(engine.settings.tokenBudget, engine.settings.prices);
  const watched = engine.checkpoints.begin(
    lease,
    {
      tokens: () => budget.used,
      beforeWrite() {
        signal.throwIfAborted();
      },
      stored(values) {
        const state = visibleState(values, engine.fields);
        if (sizeOf(state) > STATE_LIMIT) limits.abort(tooLarge());
        run.emit(stateEvent(state));
      },
    },
    thread,
  );
  const stopDraining = new AbortController();
  const items = new RunItems(engine.items.of(run.tenant), engine.items.maxBytes, {
    signal,
    away: (failure) => limits.abort(failure),
  });
  try {
    const progress = await progressOf(engine, watched, lease);
    run.begins(progress.kind === 'new' ? 'input' : progress.step);
    if (progress.kind !== 'new')
      budget.add(await engine.checkpoints.tokens({ configurable: watched.configurable }));
    if (progress.kind === 'finished') return completed(engine, progress.values, budget, true);
    const control = drainable(run.drain, stopDraining.signal);
    const config: GraphConfig = {
      configurable: watched.configurable,
      durability: 'sync',
      recursionLimit: engine.settings.recursionLimit,
      callbacks: [observer(engine.settings, budget, limits, run)],
      signal,
      control,
      ...(engine.coded && { store: items }),
    };
    const isNew = progress.kind === 'new';
    if (options !== undefined) {
      await runKeeping(items, () => runAsAsked(engine, lease, { input, options }, config, isNew, run));
      const state = await engine.graph.getState({ configurable: watched.configurable });
      const asking = state.tasks.flatMap(({ interrupts }) => interrupts);
      return completed(
        engine,
        state.values as Values,
        budget,
        !isNew,
        state.next.length > 0 ? asking : undefined,
      );
    }
    const values = await runKeeping(items, () => engine.graph.invoke(isNew ? input : null, config));
    return completed(engine, values, budget, !isNew);
  } catch (error) {
    if (isGraphDrained(error)) return { kind: 'drained' };
    throw error;
  } finally {
    stopDraining.abort();
    await watched.end();
  }
}

type Values = Readonly<Record<string, unknown>>;

/** Runs a graph as a client of the Agent Server has asked. */
async function runAsAsked(
  { graph, settings }: Engine,
  { jobId }: Lease,
  { input, options }: { readonly input: object; readonly options: RunOptions },
  config: GraphConfig,
  isNew: boolean,
  run: AgentRun,
): Promise<void> {
  const { interrupt_before, interrupt_after, checkpoint } = options;
  const emit = (part: StreamPart): void => run.emit({ type: 'on_stream', data: { ...part } });
  emit({ event: 'metadata', data: { run_id: jobId, attempt: run.attempt } });
  const asked = {
    ...config,
    ...askedConfig(options, settings.recursionLimit),
    runId: jobId,
    configurable: {
      ...publicKeys(options, jobId),
      ...config.configurable,
      ...(isNew && checkpoint),
    },
    ...(interrupt_before !== undefined && { interruptBefore: interrupt_before }),
    ...(interrupt_after !== undefined && { interruptAfter: interrupt_after }),
  };
  const answer = options.command?.resume;
  const questions = isNew && answer !== undefined ? await askedNow(graph, config) : undefined;
  const late = questions && whyLate(questions, answer);
  if (late !== undefined && options.if_late === 'ignore') return;
  if (late !== undefined) throw new Failure('INVALID_EVENT', late);
  const command = commandOf(options, questions && heardAnswer(questions, answer));
  await streamRun(graph, isNew ? (command === undefined ? input : command) : null, asked, options, emit);
}

/** What this job has done on its thread. A checkpoint of another one is where it starts. */
async function progressOf(
  { graph, checkpoints }: Engine,
  { configurable }: WatchedRun,
  { jobId }: Lease,
): Promise<Progress> {
  const newest = await checkpoints.newest({ configurable });
  if (newest === undefined || jobOf(newest.metadata, configurable['thread_id'] ?? '') !== jobId)
    return { kind: 'new' };
  const snapshot = await graph.getState({ configurable });
  // LangGraph types the values of a state as any.
  const values = snapshot.values as Readonly<Record<string, unknown>>;
  const step = (newest.metadata?.step ?? 0) + 1;
  return { kind: snapshot.next.length > 0 ? 'begun' : 'finished', step, values };
}

function completed(
  { fields, formed, whole, unanswered }: Engine,
  values: Readonly<Record<string, unknown>>,
  budget: TokenBudget,
  resumed: boolean,
  asking = isInterrupted(values) ? values[INTERRUPT] : undefined,
): AgentOutcome {
  const state = visibleState(values, fields);
  const response = formed ? responseIn(state.messages) : undefined;
  const result = {
    ...resultOf(state, budget.usage()),
    ...(response !== undefined && { structured_response: response }),
    ...(whole && { output: asking === undefined ? clientJson(values) : null }),
  };
  if (asking === undefined) return { kind: 'completed', result, resumed };
  // A person has to answer before it goes on.
  const interrupts = clientJson(asking);
  const interrupted = { ...result, status: 'interrupted', interrupts, ...unansweredJson(unanswered) };
  return { kind: 'completed', result: interrupted, resumed };
}

function unansweredJson(unanswered: Unanswered | undefined): JsonObject {
  if (unanswered === undefined) return {};
  const { afterMs, decision, message } = unanswered;
  return {
    unanswered: { after_seconds: afterMs / 1000, decision, ...(message !== undefined && { message }) },
  };
}

/** Passes the request to drain on to LangGraph, which looks at it between two steps. */
function drainable(drain: AbortSignal, until: AbortSignal): RunControl {
  const control = new RunControl();
  const request = (): void => control.requestDrain('the worker stops');
  if (drain.aborted) request();
  drain.addEventListener('abort', request, { once: true, signal: until });
  return control;
}

function observer(
  { prices }: AgentSettings,
  budget: TokenBudget,
  limits: AbortController,
  run: AgentRun,
): RunObserver {
  return new RunObserver(prices, {
    emit: (event) => run.emit(event),
    asking() {
      const failure = budget.exceeded();
      if (failure) limits.abort(failure);
    },
    used: (tokens, cost) => budget.count(tokens, cost),
    stepped: (step) => run.stepped(step),
  });
}

function tooLarge(): Failure {
  return new Failure(
    'PAYLOAD_TOO_LARGE',
    `the messages and files of the job exceed ${STATE_LIMIT} characters`,
  );
}
