import { isGraphDrained, RunControl } from '@langchain/langgraph';
import { Failure } from '../../jobs/rules/failures.ts';
import type { Lease } from '../../job-store.ts';
import type { AgentOutcome, AgentRun } from '../../ports.ts';
import type { AgentGraph, GraphConfig } from './build-graph.ts';
import type { RunCheckpoints, WatchedRun } from '../checkpoints/run-checkpoints.ts';
import type { RunInput } from './run-input.ts';
import { RunObserver } from './run-observer.ts';
import type { AgentSettings } from '../settings.ts';
import { resultOf, sizeOf, stateEvent, visibleState } from './state-event.ts';
import { TokenBudget } from '../model/token-budget.ts';

/** What a run runs on. */
export interface Engine {
  readonly graph: AgentGraph;
  readonly checkpoints: RunCheckpoints;
  readonly settings: AgentSettings;
  /** Names of the fields that the definition declares. */
  readonly fields: Iterable<string>;
}

/** Largest state of a run, messages and files together, in characters. */
const STATE_LIMIT = 16 * 1024 * 1024;

/** Where a thread stands before a run. */
type Progress =
  | { readonly kind: 'new' }
  | { readonly kind: 'begun' | 'finished'; readonly values: Readonly<Record<string, unknown>> };

/**
 * Runs a thread from where it stands to its end. A thread without a checkpoint starts with the input; one with steps ahead goes
 * on with `null`, as giving the input again would repeat the user's message and cancel calls in flight; one without is
 * finished, and only its result is read. Each step is stored before the next begins (durability "sync").
 */
export async function executeRun(
  engine: Engine,
  lease: Lease,
  input: RunInput,
  run: AgentRun,
): Promise<AgentOutcome> {
  const limits = new AbortController();
  const signal = AbortSignal.any([run.signal, limits.signal]);
  const budget = new TokenBudget(engine.settings.tokenBudget);
  const watched = engine.checkpoints.begin(lease, {
    tokens: () => budget.used,
    beforeWrite() {
      signal.throwIfAborted();
    },
    stored(values) {
      const state = visibleState(values, engine.fields);
      if (sizeOf(state) > STATE_LIMIT) limits.abort(tooLarge());
      run.emit(stateEvent(state));
    },
  });
  const stopDraining = new AbortController();
  try {
    const progress = await progressOf(engine, watched);
    if (progress.kind !== 'new')
      budget.add(await engine.checkpoints.tokens({ configurable: watched.configurable }));
    if (progress.kind === 'finished') return completed(engine, progress.values, budget, true);
    const control = drainable(run.drain, stopDraining.signal);
    const config: GraphConfig = {
      configurable: watched.configurable,
      durability: 'sync',
      recursionLimit: engine.settings.recursionLimit,
      callbacks: [observer(budget, limits, run)],
      signal,
      control,
    };
    const values = await engine.graph.invoke(progress.kind === 'new' ? input : null, config);
    return completed(engine, values, budget, progress.kind === 'begun');
  } catch (error) {
    if (isGraphDrained(error)) return { kind: 'drained' };
    throw error;
  } finally {
    stopDraining.abort();
    await watched.end();
  }
}

async function progressOf({ graph, checkpoints }: Engine, { configurable }: WatchedRun): Promise<Progress> {
  const newest = await checkpoints.newest({ configurable });
  if (newest === undefined) return { kind: 'new' };
  const snapshot = await graph.getState({ configurable });
  // LangGraph types the values of a state as any.
  const values = snapshot.values as Readonly<Record<string, unknown>>;
  return { kind: snapshot.next.length > 0 ? 'begun' : 'finished', values };
}

function completed(
  { fields }: Engine,
  values: Readonly<Record<string, unknown>>,
  budget: TokenBudget,
  resumed: boolean,
): AgentOutcome {
  return { kind: 'completed', result: resultOf(visibleState(values, fields), budget.usage()), resumed };
}

/** Passes the request to drain on to LangGraph, which looks at it between two steps. */
function drainable(drain: AbortSignal, until: AbortSignal): RunControl {
  const control = new RunControl();
  const request = (): void => control.requestDrain('the worker stops');
  if (drain.aborted) request();
  drain.addEventListener('abort', request, { once: true, signal: until });
  return control;
}

function observer(budget: TokenBudget, limits: AbortController, run: AgentRun): RunObserver {
  return new RunObserver({
    emit: (event) => run.emit(event),
    asking() {
      const failure = budget.exceeded();
      if (failure) limits.abort(failure);
    },
    used: (tokens) => budget.count(tokens),
    stepped: (step) => run.stepped(step),
  });
}

function tooLarge(): Failure {
  return new Failure(
    'PAYLOAD_TOO_LARGE',
    `the messages and files of the job exceed ${STATE_LIMIT} characters`,
  );
}
