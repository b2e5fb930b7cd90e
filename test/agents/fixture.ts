import { MemorySaver } from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph';
import { expect } from 'vitest';
import { openAgent } from '../../worker/agents/agent.ts';
import type { OpenAgent } from '../../worker/agents/agent.ts';
import type { AgentSettings } from '../../worker/agents/settings.ts';
import { systemClock } from '../../worker/adapters/clock.ts';
import { memoryItems } from '../../worker/adapters/memory/items.ts';
import type { ItemStore, KeptItems } from '../../worker/item-store.ts';
import { savedBy } from '../../worker/agents/checkpoints/store.ts';
import type { CheckpointStore } from '../../worker/agents/checkpoints/store.ts';
import { asFailure, Failure } from '../../worker/jobs/rules/failures.ts';
import type { JsonObject } from '../../worker/json.ts';
import { unseenSpan } from '../../worker/observability/tracing.ts';
import type { AgentOutcome, AgentRun, JobEvent, JobRequest } from '../../worker/ports.ts';
import type { Step } from '../../worker/telemetry.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';

/** Settings of a worker whose OpenAI is the stub. */
export function settings(modelUrl: string, more: Partial<AgentSettings> = {}): AgentSettings {
  return {
    openai: { apiKey: 'sk-secret-of-the-worker', baseUrl: modelUrl },
    anthropic: { apiKey: undefined, baseUrl: undefined },
    defaultModel: undefined,
    recursionLimit: 100,
    tokenBudget: 0,
    modelCalls: 10,
    toolTimeoutMs: 10_000,
    toolMemoryMb: 32,
    python: 'off',
    mcpAddresses: 'any',
    ...more,
  };
}

/** An agent on checkpoints in memory, which outlive it when they are given. */
export function agentOn(
  modelUrl: string,
  more: Partial<AgentSettings> = {},
  saver: BaseCheckpointSaver | CheckpointStore = new MemorySaver(),
  heard: (source: string) => void = () => {},
  items: KeptItems = keptItems(),
): OpenAgent {
  const store = 'serde' in saver ? savedBy(saver) : saver;
  return openAgent(settings(modelUrl, more), { checkpoints: () => Promise.resolve(store), items }, heard);
}

/** Values in memory, of each tenant its own. */
export function keptItems(maxBytes = 10_000): KeptItems {
  const stores = new Map<string | undefined, ItemStore>();
  return {
    of(tenant) {
      const own = stores.get(tenant) ?? memoryItems(systemClock);
      stores.set(tenant, own);
      return own;
    },
    maxBytes,
  };
}

/** The config of a node that follows a script. */
export function config(name: string, what: Script, more: JsonObject = {}): JsonObject {
  return {
    name,
    system_prompt: `You are ${name}. ${script(what)}`,
    model: { provider: 'openai', model: 'gpt-4.1-mini' },
    ...more,
  };
}

/** A definition of one orchestrator that follows a script, with these QuickJS tools. */
export function definition(what: Script, tools: Readonly<Record<string, string>> = {}): JsonObject {
  return {
    name: 'test',
    tool_definitions: Object.entries(tools).map(([name, source]) => ({
      name,
      description: name,
      runtime: { kind: 'quickjs', script: source },
    })),
    nodes: [
      { id: 'main', type: 'Orchestrator', config: config('main', what, { tools: Object.keys(tools) }) },
    ],
    edges: [],
  };
}

/** The script of a tool that answers at once. */
export const quick = 'export default ({ n }) => `answer ${n}`';

/** The script of a tool that takes its time. */
export const slowFor = (ms: number): string =>
  `export default ({ n }) => { const t = Date.now(); while (Date.now() - t < ${ms}); return \`slow \${n}\` }`;

/** One that takes long enough to be interrupted. */
export const slow = slowFor(400);

/** An orchestrator that hands everything to a specialist, so many times at once, which lists files and then calls the tool `slow`. */
export function teamOf(orchestrator: string, specialist: string, slow: string, times = 1): JsonObject {
  const task = { tool: 'task', args: { description: 'do it', subagent_type: specialist } };
  const rounds = [[{ tool: 'ls', args: { path: '/' } }], [{ tool: 'slow', args: {} }]];
  return {
    tool_definitions: [{ name: 'slow', description: 'slow', runtime: { kind: 'quickjs', script: slow } }],
    nodes: [
      {
        id: 'o',
        type: 'Orchestrator',
        config: config(orchestrator, {
          name: orchestrator,
          rounds: [Array.from({ length: times }, () => task)],
        }),
      },
      {
        id: 's',
        type: 'Specialist',
        config: config(specialist, { name: specialist, rounds }, { tools: ['slow'] }),
      },
    ],
  };
}

const TRACEPARENT = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;

/** A job that says hello. */
export function job(jobId: string, of: JsonObject, input: JsonObject = hello): JobRequest {
  return {
    jobId,
    traceId: 'trace',
    definition: of,
    input,
    traceparent: TRACEPARENT,
  };
}

const hello: JsonObject = { messages: [{ role: 'user', content: 'hello' }] };

/** What the loop lends to a run, and what it heard of it. */
export interface TestRun extends AgentRun {
  readonly events: JobEvent[];
  readonly steps: Step[];
  /** Where it began. */
  readonly starts: (number | 'input')[];
  /** Sources that may not be asked, and those that were found to be away. */
  readonly leftAlone: Set<string>;
  readonly away: string[];
  /** Models whose turn was waited for. */
  readonly turns: string[];
  readonly ending: AbortController;
  readonly draining: AbortController;
}

/** A run; `onEvent` hears each event as it happens. */
export function testRun(onEvent: (event: JobEvent) => void = () => {}, token = 1): TestRun {
  const events: JobEvent[] = [];
  const steps: Step[] = [];
  const starts: TestRun['starts'] = [];
  const leftAlone = new Set<string>();
  const away: string[] = [];
  const turns: string[] = [];
  const [ending, draining] = [new AbortController(), new AbortController()];
  return {
    events,
    steps,
    starts,
    leftAlone,
    away,
    turns,
    ending,
    draining,
    signal: ending.signal,
    drain: draining.signal,
    begins: (start) => void starts.push(start),
    emit(event) {
      events.push(event);
      onEvent(event);
    },
    stepped: (step) => void steps.push(step),
    sources: {
      mayAsk: (source) => !leftAlone.has(source),
      turn: async (model) => void turns.push(model),
      away: (error) => void away.push(asFailure(error).source ?? ''),
    },
    span: unseenSpan(TRACEPARENT),
    tenant: undefined,
    token,
    attempt: 1,
  };
}

/** When a run loses its lease: so long after this event of this tool. */
interface Moment {
  readonly type?: JobEvent['type'];
  readonly tool?: string;
  readonly afterMs?: number;
}

/** Runs a job until it loses its lease, which is in the middle of the tool `slow` unless told otherwise. */
export async function loseLease(
  agent: OpenAgent,
  request: JobRequest,
  { type = 'on_tool_start', tool = 'slow', afterMs = 50 }: Moment = {},
  token = 1,
): Promise<void> {
  const run = testRun((event) => {
    if (event.type === type && event.data['name'] === tool)
      setTimeout(() => run.ending.abort(new Failure('LEASE_LOST', 'gone')), afterMs);
  }, token);
  await expect(agent.run(request, run)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  await agent.close();
}

/** Names of the tools that a run started, in order. */
export function toolsStarted({ events }: TestRun): readonly unknown[] {
  return events.flatMap(({ type, data }) => (type === 'on_tool_start' ? [data['name']] : []));
}

/** The result of a run that must complete. */
export function completed(outcome: AgentOutcome): { readonly result: JsonObject; readonly resumed: boolean } {
  if (outcome.kind !== 'completed') throw new Error(`expected the run to complete, it ${outcome.kind}`);
  return outcome;
}
