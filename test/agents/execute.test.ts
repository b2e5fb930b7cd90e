import { MemorySaver } from '@langchain/langgraph';
import { afterAll, describe, expect, test } from 'vitest';
import { startModelServer } from '../stubs/model-server.ts';
import { agentOn, completed, config, definition, job, testRun } from './fixture.ts';

const models = await startModelServer();
afterAll(() => models.close());

describe('a job', () => {
  test('of one call has the answer as its result', async () => {
    const agent = agentOn(models.url);
    const run = testRun();
    const outcome = await agent.run(job('one', definition({ name: 'one', text: 'It is noon.' })), run);
    expect(outcome).toEqual({
      kind: 'completed',
      resumed: false,
      result: {
        output: 'It is noon.',
        status: 'completed',
        finish_reason: 'stop',
        usage: { total_tokens: 13, input_tokens: 10, output_tokens: 3, model_calls: 1 },
      },
    });
    expect(models.steps('one')).toEqual([1]);
    const tokens = { input: 10, output: 3 };
    expect(run.steps).toEqual([
      {
        kind: 'model',
        seconds: expect.any(Number),
        agent: 'main',
        model: 'gpt-4.1-mini',
        source: 'openai',
        tokens,
        finishReason: 'stop',
      },
    ]);
    expect(models.last()?.stream, 'models are asked to stream').toBe(true);
  });

  test('without messages hands its request, or all of its input, to the model', async () => {
    const agent = agentOn(models.url);
    await agent.run(job('request', definition({}), { user_request: 'build it' }), testRun());
    expect(models.last()?.messages.at(-1)?.content).toBe('build it');
    await agent.run(job('other', definition({}), { topic: 'bees' }), testRun());
    expect(models.last()?.messages.at(-1)?.content).toBe('{"topic":"bees"}');
  });

  test.each([
    ['an empty list', { messages: [] }, 'input_payload.messages expected a list'],
    [
      'a strange role',
      { messages: [{ role: 'oracle', content: 'x' }] },
      'input_payload.messages[0] role: expected',
    ],
    [
      'the answer of a tool to no call',
      { messages: [{ role: 'tool', content: 'x' }] },
      'input_payload.messages[0] tool_call_id: expected the id',
    ],
    [
      'LangChain’s own JSON',
      { messages: [{ lc: 1, type: 'constructor', id: ['x'], kwargs: {} }] },
      'messages[0] role: expected',
    ],
    [
      'a file outside',
      { messages: [{ role: 'user', content: 'x' }], files: { '../etc/passwd': 'x' } },
      'a path has no ".."',
    ],
  ])('with %s is refused for good', async (_reason, input, message) => {
    const running = agentOn(models.url).run(job('bad', definition({}), input), testRun());
    await expect(running).rejects.toMatchObject({
      code: 'INVALID_EVENT',
      message: expect.stringContaining(message),
    });
  });

  test('starts with the files of its input and ends with those of its tools', async () => {
    const rounds = [[{ tool: 'count', args: {} }]];
    const count =
      'export default (_, { files }) => ({ content: "ok", update: { files: { "/n.txt": String(files["/in.txt"].length), "/in.txt": null } } })';
    const agent = agentOn(models.url);
    const input = { messages: [{ role: 'user', content: 'x' }], files: { '/in.txt': 'four' } };
    const { result } = completed(
      await agent.run(job('files', definition({ rounds }, { count }), input), testRun()),
    );
    expect(result['files']).toEqual({
      '/n.txt': { content: ['4'], created_at: expect.any(String), modified_at: expect.any(String) },
    });
    await agent.close();
  });

  test('hands tasks to specialists, which share the files and the declared fields', async () => {
    const change = 'export default ({ path }) => ({ content: "proposed", update: { changes: [{ path }] } })';
    const rounds = [
      [{ tool: 'change', args: { path: '/a' } }],
      [{ tool: 'write_file', args: { file_path: '/a.md', content: 'A' } }],
    ];
    const task = { tool: 'task', args: { description: 'do it', subagent_type: 'Spec Agent' } };
    const fields = { changes: { type: 'list', item_type: 'dict', reducer: 'add_messages' } };
    const of = {
      tool_definitions: [
        { name: 'change', description: 'proposes', runtime: { kind: 'quickjs', script: change } },
      ],
      nodes: [
        {
          id: 'o',
          type: 'Orchestrator',
          config: config('Main Agent', { name: 'main2', rounds: [[task], [task]], text: 'all done' }),
        },
        {
          id: 's',
          type: 'Specialist',
          config: config(
            'Spec Agent',
            { name: 'spec', rounds, text: 'spec done' },
            { tools: ['change'], state_schema: fields },
          ),
        },
      ],
      edges: [{ source: 'o', target: 's', type: 'orchestrator' }],
    };
    const saver = new MemorySaver();
    const agent = agentOn(models.url, {}, saver);
    const run = testRun();
    const { result } = completed(await agent.run(job('team', of), run));
    expect(result).toMatchObject({ output: 'all done', files: { '/a.md': { content: ['A'] } } });
    const tuple = await saver.getTuple({ configurable: { thread_id: 'team' } });
    // The second specialist started from the first one's list: nothing is there twice.
    expect(tuple?.checkpoint.channel_values['changes']).toEqual([{ path: '/a' }]);
    expect(models.steps('spec')).toEqual([2, 2, 2]);
    const nodes = run.events.flatMap(({ type, data }) => (type === 'on_llm_stream' ? [data['node']] : []));
    expect(new Set(nodes)).toEqual(new Set(['Main Agent', 'Spec Agent']));
    await agent.close();
  });

  test('whose specialist has a name with blanks sends no such name to the model, which would refuse it', async () => {
    const task = { tool: 'task', args: { description: 'do it', subagent_type: 'Two Words' } };
    const of = {
      nodes: [
        { id: 'o', type: 'Orchestrator', config: config('o', { name: 'o3', rounds: [[task]] }) },
        {
          id: 's',
          type: 'Specialist',
          config: config('Two Words', { name: 's3', rounds: [[{ tool: 'ls', args: { path: '/' } }]] }),
        },
      ],
    };
    const watched = await startModelServer();
    const sent: string[] = [];
    const run = testRun(() => void sent.push(JSON.stringify(watched.last()?.messages ?? [])));
    await agentOn(watched.url).run(job('names', of), run);
    expect(sent.some((messages) => messages.includes('"role":"tool"'))).toBe(true);
    expect(sent.filter((messages) => /"name":"[^"]*\s/.test(messages))).toEqual([]);
    await watched.close();
  });

  test('with a message longer than deepagents keeps still gets an answer', async () => {
    const input = { messages: [{ role: 'user', content: 'x'.repeat(250_000) }] };
    const agent = agentOn(models.url);
    const { result } = completed(
      await agent.run(job('long', definition({ name: 'long', text: 'read' }), input), testRun()),
    );
    expect(result).toMatchObject({ output: 'read' });
    expect(JSON.stringify(models.last()).length).toBeLessThan(60_000);
  });

  test('runs beside others of the same definition without mixing with them', async () => {
    const agent = agentOn(models.url);
    const of = definition(
      { rounds: [[{ tool: 'echo', args: { n: 1 } }]] },
      { echo: 'export default (_, { key }) => key' },
    );
    const runs = Array.from({ length: 10 }, async (_, index) => {
      const run = testRun();
      await agent.run(
        job(`beside-${index}`, of, { messages: [{ role: 'user', content: `job ${index}` }] }),
        run,
      );
      return run.events.find(({ type }) => type === 'on_tool_end')?.data['output'];
    });
    const keys = await Promise.all(runs);
    expect(keys.map((key) => (typeof key === 'string' ? key.split('/')[0] : key))).toEqual(
      keys.map((_, index) => `beside-${index}`),
    );
    await agent.close();
  });
});
