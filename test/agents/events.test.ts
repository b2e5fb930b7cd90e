import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobEvent } from '../../worker/ports.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { problems } from '../worker/told.ts';
import { agentOn, definition, job, quick, teamOf, testRun } from './fixture.ts';

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer();
});
afterAll(() => models.close());

const rounds = [[{ tool: 'look', args: { q: 'bees' } }]];
const look =
  'export default ({ q }) => ({ content: `found ${q}`, update: { files: { "/notes.md": "one\\ntwo" } } })';

async function eventsOf(
  jobId: string,
  of = definition({ rounds, text: 'Bees fly.' }, { look }),
): Promise<JobEvent[]> {
  const agent = agentOn(models.url);
  const run = testRun();
  await agent.run(job(jobId, of), run);
  await agent.close();
  return run.events;
}

test('events come in the order in which things happen', async () => {
  const events = await eventsOf('order');
  expect(events.map(({ type }) => type)).toEqual([
    'on_state_update',
    'on_llm_end',
    'on_state_update',
    'on_tool_start',
    'on_tool_end',
    'on_state_update',
    'on_llm_stream',
    'on_llm_stream',
    'on_llm_end',
    'on_state_update',
  ]);
});

test('every event is JSON, with nothing of LangChain’s own format in it', async () => {
  const events = await eventsOf('json');
  expect(JSON.parse(JSON.stringify(events))).toEqual(events);
  expect(JSON.stringify(events)).not.toMatch(/"lc"|lc_kwargs|kwargs|HumanMessage|\[object/);
});

test('tokens carry their message, their node and their text', async () => {
  const tokens = (await eventsOf('tokens')).filter(({ type }) => type === 'on_llm_stream');
  expect(tokens.map(({ data }) => data['content'])).toEqual(['Bees ', 'fly.']);
  expect(new Set(tokens.map(({ data }) => data['message_id'])).size).toBe(1);
  expect(tokens[0]?.data).toEqual({
    message_id: expect.stringMatching(/^chatcmpl-/),
    node: 'main',
    content: 'Bees ',
  });
});

test('the end of an answer says who gave it, how long it took and what it cost', async () => {
  const events = await eventsOf('cost');
  const tokens = events.find(({ type }) => type === 'on_llm_stream');
  expect(events.findLast(({ type }) => type === 'on_llm_end')?.data).toEqual({
    message_id: tokens?.data['message_id'],
    node: 'main',
    model: 'gpt-4.1-mini',
    seconds: expect.any(Number),
    input_tokens: expect.any(Number),
    output_tokens: 2,
    finish_reason: 'stop',
  });
});

test('what a specialist does names the call that handed the task to it', async () => {
  const events = await eventsOf('handed', teamOf('boss', 'bees', quick, 2));
  const parents = events.flatMap(({ type, data }) =>
    type === 'on_tool_start' && data['name'] === 'task' ? [[data['tool_call_id'], data['parent']]] : [],
  );
  expect(new Set(parents.map(([id]) => id)).size).toBe(2);
  expect(parents.map(([, parent]) => parent)).toEqual([undefined, undefined]);
  for (const [id] of parents) {
    const below = events.filter(({ data }) => data['parent'] === id);
    expect(below.map(({ type, data }) => [type, data['node'], data['name']])).toEqual([
      ['on_llm_end', 'bees', undefined],
      ['on_tool_start', 'bees', 'ls'],
      ['on_tool_end', 'bees', 'ls'],
      ['on_llm_end', 'bees', undefined],
      ['on_tool_start', 'bees', 'slow'],
      ['on_tool_end', 'bees', 'slow'],
      ['on_llm_stream', 'bees', undefined],
      ['on_llm_stream', 'bees', undefined],
      ['on_llm_end', 'bees', undefined],
    ]);
  }
});

test('each model call and each tool is measured once, in order', async () => {
  const agent = agentOn(models.url);
  const run = testRun();
  await agent.run(job('measured', definition({ rounds, text: 'Bees fly.' }, { look })), run);
  await agent.close();
  expect(run.steps.map(({ kind }) => kind)).toEqual(['model', 'tool', 'model']);
  expect(run.steps.every(({ seconds }) => seconds > 0)).toBe(true);
});

test('tools say what they were asked and what they answered', async () => {
  const events = await eventsOf('tools');
  const fields = { tool_call_id: expect.stringMatching(/^call_/), name: 'look', node: 'main' };
  expect(events.find(({ type }) => type === 'on_tool_start')?.data).toEqual({
    ...fields,
    input: { q: 'bees' },
  });
  expect(events.find(({ type }) => type === 'on_tool_end')?.data).toEqual({
    ...fields,
    status: 'success',
    output: 'found bees',
  });
});

test('a state has plain messages and the files in the known format', async () => {
  const state = (await eventsOf('state')).findLast(({ type }) => type === 'on_state_update')?.data;
  expect(state).toEqual({
    messages: [
      { type: 'human', id: expect.any(String), content: 'hello' },
      expect.objectContaining({
        type: 'ai',
        tool_calls: [expect.objectContaining({ name: 'look', args: { q: 'bees' } })],
      }),
      expect.objectContaining({
        type: 'tool',
        content: 'found bees',
        name: 'look',
        tool_call_id: expect.any(String),
      }),
      expect.objectContaining({
        type: 'ai',
        content: 'Bees fly.',
        usage: expect.objectContaining({ output_tokens: 2 }),
      }),
    ],
    files: {
      '/notes.md': {
        content: ['one', 'two'],
        created_at: expect.any(String),
        modified_at: expect.any(String),
      },
    },
  });
});

test('the state of a long run shows its newest messages and says how many came before', async () => {
  const big = 'export default () => "x".repeat(40000)';
  const many = Array.from({ length: 6 }, () => [{ tool: 'big' }]);
  const state = (await eventsOf('long', definition({ rounds: many }, { big }))).findLast(
    ({ type }) => type === 'on_state_update',
  );
  expect(JSON.stringify(state).length).toBeLessThan(200_000);
  expect(state?.data['messages_before']).toBeGreaterThan(5);
});

test('a tool that fails is over with the status error', async () => {
  const broken = 'export default () => { throw new Error("no such city") }';
  const events = await eventsOf(
    'broken',
    definition({ rounds: [[{ tool: 'broken' }]], text: 'Sorry.' }, { broken }),
  );
  expect(events.find(({ type }) => type === 'on_tool_end')?.data).toMatchObject({
    status: 'error',
    output: 'no such city (line 1, column 39)',
  });
  const told = models.last()?.messages.find(({ role }) => role === 'tool')?.content;
  expect(told, 'and the model is told').toBe('Error: no such city (line 1, column 39)');
});

test('a task list is part of the state of a node that has one', async () => {
  const todos = [{ content: 'look', status: 'in_progress' }];
  const of = definition({ rounds: [[{ tool: 'write_todos', args: { todos } }]] });
  const node = (of['nodes'] as { config: Record<string, unknown> }[])[0];
  if (node !== undefined) node.config['todos'] = true;
  const state = (await eventsOf('todos', of)).findLast(({ type }) => type === 'on_state_update');
  expect(state?.data['todos']).toEqual(todos);
});

test('each event is as the AsyncAPI document says', async () => {
  const prices = { currency: 'EUR', models: { 'gpt-4.1-mini': { input: 1, output: 1 } } };
  const agent = agentOn(models.url, { prices });
  const run = testRun();
  const streamed = { ...job('streamed', definition({ text: 'Well.' })), run: { stream_mode: ['updates'] } };
  await agent.run(job('tools', definition({ rounds, text: 'Bees fly.' }, { look })), run);
  await agent.run(job('team', teamOf('boss', 'bees', quick)), run);
  await agent.run(streamed, run);
  const refused = job('refused', definition({ name: 'refused', fail: { status: 400, times: 9 } }));
  await expect(agent.run(refused, run)).rejects.toMatchObject({ code: 'MODEL_REFUSED' });
  await agent.close();
  expect(new Set(run.events.map(({ type }) => type))).toEqual(
    new Set([
      'on_state_update',
      'on_llm_stream',
      'on_llm_end',
      'on_tool_start',
      'on_tool_end',
      'on_stream',
      'on_llm_error',
    ]),
  );
  for (const { type, data } of run.events)
    expect(problems('live', 'payload', { event_type: type, data }), type).toEqual([]);
});
