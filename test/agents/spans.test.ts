import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { traceWith } from '../../worker/observability/tracing.ts';
import type { JsonObject } from '../../worker/json.ts';
import type { AgentOutcome } from '../../worker/ports.ts';
import { startMcpServer } from '../stubs/mcp-server.ts';
import type { McpStub } from '../stubs/mcp-server.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { agentOn, config, definition, job, teamOf, testRun } from './fixture.ts';

let models: ModelServer;
let tools: McpStub;
const exporter = new InMemorySpanExporter();
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
const trace = traceWith(provider.getTracer('test'));

beforeAll(async () => {
  models = await startModelServer();
  tools = await startMcpServer();
});
beforeEach(() => exporter.reset());
afterAll(async () => {
  await models.close();
  await tools.close();
  await provider.shutdown();
});

/** Runs a job inside a span of its name. */
async function traced(name: string, of: JsonObject): Promise<AgentOutcome> {
  const request = job(name, of);
  const agent = agentOn(models.url);
  try {
    return await trace(request.traceparent, { name, kind: 'consumer', attributes: {} }, (span) =>
      agent.run(request, { ...testRun(), span }),
    );
  } finally {
    await agent.close();
  }
}

function named(name: string): ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => span.name === name);
}

/** Names of spans as they lie in each other, those of the same parent in the order in which they began. */
function tree(of: ReadableSpan | undefined): unknown {
  const id = of?.spanContext().spanId;
  const below = exporter.getFinishedSpans().filter((span) => span.parentSpanContext?.spanId === id);
  const inner = below.toSorted((one, other) => startOf(one) - startOf(other)).map(tree);
  return inner.length === 0 ? of?.name : { [of?.name ?? '']: inner };
}

function startOf({ startTime: [seconds, nanoseconds] }: ReadableSpan): number {
  return seconds * 1e6 + nanoseconds / 1e3;
}

const traceparentOf = (span: ReadableSpan): string => {
  const { traceId, spanId } = span.spanContext();
  return `00-${traceId}-${spanId}-01`;
};

const CHAT = 'chat gpt-4.1-mini';

test('steps lie in the span of the job, those of a specialist in the tool that handed it the task', async () => {
  await traced('team', teamOf('leader', 'helper', 'export default () => "done"'));
  expect(tree(named('team')[0])).toEqual({
    team: [CHAT, { 'execute_tool task': [CHAT, 'execute_tool ls', CHAT, 'execute_tool slow', CHAT] }, CHAT],
  });
});

test('a model call says who asked whom, what it cost and why it ended; a tool which call it is', async () => {
  const rounds = [[{ tool: 'ls', args: { path: '/' } }]];
  await traced('facts', definition({ name: 'facts', rounds, text: 'one two' }));
  const [first, last] = named(CHAT);
  expect(first?.attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4.1-mini',
    'gen_ai.agent.name': 'main',
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.output_tokens': 10,
    'gen_ai.response.finish_reasons': ['tool_calls'],
  });
  expect(last?.attributes).toMatchObject({ 'gen_ai.response.finish_reasons': ['stop'] });
  expect(named('execute_tool ls')[0]?.attributes).toEqual({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'ls',
    'gen_ai.tool.type': 'function',
    'gen_ai.tool.call.id': expect.any(String),
    'gen_ai.agent.name': 'main',
  });
});

test('a model that is away has a span that failed, and the one that answered in its place has its own', async () => {
  const model = { provider: 'openai', model: 'first', fallbacks: [{ provider: 'openai', model: 'second' }] };
  const what = { name: 'in-turn', fail: { status: 429, times: 1 } };
  await traced('in-turn', {
    nodes: [{ id: 'a', type: 'Orchestrator', config: config('a', what, { model }) }],
  });
  expect(tree(named('in-turn')[0])).toEqual({ 'in-turn': ['chat first', 'chat second'] });
  expect(named('chat first')[0]?.attributes).toMatchObject({ 'error.type': 'MODEL_UNAVAILABLE' });
  expect(named('chat second')[0]?.attributes).toMatchObject({ 'gen_ai.usage.input_tokens': 10 });
});

test('each model server hears which call asks it, however many jobs run at once', async () => {
  const from = models.traceparents.length;
  const jobs = ['one', 'two', 'three'].map((name) => traced(name, definition({ name, latencyMs: 20 })));
  await Promise.all(jobs);
  const calls = named(CHAT);
  expect(calls).toHaveLength(3);
  expect(new Set(calls.map((span) => span.parentSpanContext?.spanId))).toEqual(
    new Set(['one', 'two', 'three'].map((name) => named(name)[0]?.spanContext().spanId)),
  );
  expect(new Set(models.traceparents.slice(from))).toEqual(new Set(calls.map(traceparentOf)));
});

test('a tool server hears which call asks it', async () => {
  const of = {
    tool_definitions: [{ name: 'add', runtime: { kind: 'mcp', url: tools.url } }],
    nodes: [
      {
        id: 'a',
        type: 'Orchestrator',
        config: config(
          'a',
          { name: 'sum', rounds: [[{ tool: 'add', args: { a: 1, b: 2 } }]] },
          { tools: ['add'] },
        ),
      },
    ],
  };
  await traced('sum', of);
  const call = named('execute_tool add').map(traceparentOf);
  expect(call).toHaveLength(1);
  expect(tools.requests.map(({ traceparent }) => traceparent)).toEqual(expect.arrayContaining(call));
});

test.each([
  {
    reason: 'a model that refuses',
    of: definition({ name: 'refused', fail: { status: 401, times: 9 } }),
    name: CHAT,
    type: 'MODEL_KEY_REFUSED',
  },
  {
    reason: 'a tool that fails, which the model reads',
    of: definition(
      { name: 'failing', rounds: [[{ tool: 'bad', args: {} }]] },
      { bad: 'export default () => { throw new Error("no") }' },
    ),
    name: 'execute_tool bad',
    type: expect.any(String),
  },
])('$reason is an error of its span', async ({ of, name, type }) => {
  await traced('job', of).catch(() => undefined);
  expect(named(name)[0]?.attributes).toMatchObject({ 'error.type': type });
});
