import { MemorySaver } from '@langchain/langgraph';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../worker/jobs/failures.ts';
import { startModelServer, type ModelServer } from '../stubs/model-server.ts';
import { agentOn, completed, config, definition, job, teamOf, testRun } from './fixture.ts';

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer();
});
afterAll(() => models.close());

/** A tool that answers at once, and one that takes its time. */
const quick = 'export default ({ n }) => `answer ${n}`';
const slowFor = (ms: number) =>
  `export default ({ n }) => { const t = Date.now(); while (Date.now() - t < ${ms}); return \`slow \${n}\` }`;
const slow = slowFor(400);

describe('a job', () => {
  test('of one call has the answer as its result', async () => {
    const agent = agentOn(models.url);
    const run = testRun();
    const outcome = await agent.run(job('one', definition({ name: 'one', text: 'It is noon.' })), run);
    expect(outcome).toEqual({
      kind: 'completed',
      resumed: false,
      result: { output: 'It is noon.', status: 'completed' },
    });
    expect(models.steps('one')).toEqual([1]);
    const tokens = { input: 10, output: 3 };
    expect(run.steps).toEqual([
      { kind: 'model', seconds: expect.any(Number), model: 'gpt-4.1-mini', tokens },
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
      { messages: [{ role: 'tool', content: 'x' }] },
      'input_payload.messages[0] role: expected',
    ],
    [
      'LangChain’s own JSON',
      { messages: [{ lc: 1, type: 'constructor', id: ['x'], kwargs: {} }] },
      'messages[0] content',
    ],
    [
      'a file outside',
      { messages: [{ role: 'user', content: 'x' }], files: { '../etc/passwd': 'x' } },
      'a path starts with "/"',
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

describe('a job that was interrupted', () => {
  const rounds = [
    [{ tool: 'quick', args: { n: 'A' } }],
    [{ tool: 'slow', args: { n: 'B' } }],
    [{ tool: 'quick', args: { n: 'C' } }],
  ];
  const of = (name: string) => definition({ name, rounds, text: 'through' }, { quick, slow });

  test('in the middle of tool B repeats B and nothing else', async () => {
    const saver = new MemorySaver();
    const first = agentOn(models.url, {}, saver);
    const cut = testRun(({ type, data }) => {
      if (type === 'on_tool_start' && data['name'] === 'slow')
        setTimeout(() => cut.ending.abort(new Failure('LEASE_LOST', 'gone')), 50);
    });
    await expect(first.run(job('abc', of('abc')), cut)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await first.close();

    const second = agentOn(models.url, {}, saver);
    const again = testRun();
    const { result, resumed } = completed(await second.run(job('abc', of('abc')), again));
    expect(resumed).toBe(true);
    expect(result['output']).toBe('through');
    expect(models.steps('abc'), 'no model call is made twice').toEqual([1, 1, 1, 1]);
    const started = again.events.flatMap(({ type, data }) =>
      type === 'on_tool_start' ? [data['name']] : [],
    );
    expect(started, 'A is not run again').toEqual(['slow', 'quick']);
    const users = models.last()?.messages.filter((message) => message.role === 'user');
    expect(users, 'the request is there once').toHaveLength(1);
    await second.close();
  });

  test('among parallel tools repeats those that had not answered', async () => {
    const saver = new MemorySaver();
    const both = definition(
      {
        name: 'par',
        rounds: [
          [
            { tool: 'quick', args: { n: 1 } },
            { tool: 'slow', args: { n: 2 } },
          ],
        ],
      },
      // Long enough to be still running when the other has answered, however busy the machine is.
      { quick, slow: slowFor(3_000) },
    );
    const cut = testRun(({ type, data }) => {
      if (type === 'on_tool_end' && data['name'] === 'quick')
        setTimeout(() => cut.ending.abort(new Failure('LEASE_LOST', 'gone')), 50);
    });
    const first = agentOn(models.url, {}, saver);
    await expect(first.run(job('par', both), cut)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await first.close();
    const again = testRun();
    const second = agentOn(models.url, {}, saver);
    await second.run(job('par', both), again);
    const started = again.events.flatMap(({ type, data }) =>
      type === 'on_tool_start' ? [data['name']] : [],
    );
    expect(started).toEqual(['slow']);
    expect(models.steps('par')).toEqual([1, 1]);
    await second.close();
  });

  test('inside a specialist goes on inside it', async () => {
    const team = teamOf('boss', 'helper', slow);
    const saver = new MemorySaver();
    const cut = testRun(({ type, data }) => {
      if (type === 'on_tool_start' && data['name'] === 'slow')
        setTimeout(() => cut.ending.abort(new Failure('LEASE_LOST', 'gone')), 50);
    });
    const first = agentOn(models.url, {}, saver);
    await expect(first.run(job('inside', team), cut)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await first.close();
    const second = agentOn(models.url, {}, saver);
    const { resumed } = completed(await second.run(job('inside', team), testRun()));
    expect(resumed).toBe(true);
    expect(models.steps('boss')).toEqual([1, 1]);
    expect(models.steps('helper')).toEqual([1, 1, 1]);
    await second.close();
  });

  test('after its last step gives its result without asking anything again', async () => {
    const saver = new MemorySaver();
    const agent = agentOn(models.url, {}, saver);
    const once = await agent.run(job('fin', definition({ name: 'fin', text: 'kept' })), testRun());
    const twice = completed(
      await agent.run(job('fin', definition({ name: 'fin', text: 'kept' })), testRun()),
    );
    expect(twice.resumed).toBe(true);
    expect(twice.result).toEqual(completed(once).result);
    expect(models.steps('fin')).toEqual([1]);
  });

  test('starts anew once it is forgotten', async () => {
    const agent = agentOn(models.url);
    const of = definition({ name: 'forgotten' });
    await agent.run(job('forgotten', of), testRun());
    await agent.forget(['forgotten', 'never-heard-of']);
    const { resumed } = completed(await agent.run(job('forgotten', of), testRun()));
    expect(resumed).toBe(false);
    expect(models.steps('forgotten')).toEqual([2]);
  });
});

describe('a job that is asked to drain', () => {
  test('ends the step it is in, and goes on after it later', async () => {
    const saver = new MemorySaver();
    const of = definition(
      { name: 'drain', rounds: [[{ tool: 'slow', args: { n: 1 } }], [{ tool: 'slow', args: { n: 2 } }]] },
      { slow },
    );
    const first = agentOn(models.url, {}, saver);
    const run = testRun(({ type }) => {
      if (type === 'on_tool_start') run.draining.abort();
    });
    expect(await first.run(job('drain', of), run)).toEqual({ kind: 'drained' });
    const ended = run.events.filter(({ type }) => type === 'on_tool_end');
    expect(ended, 'the tool in hand is not cut').toHaveLength(1);
    const { resumed } = completed(await first.run(job('drain', of), testRun()));
    expect(resumed).toBe(true);
    expect(models.steps('drain')).toEqual([1, 1, 1]);
    await first.close();
  });

  test('before its first step has its input kept', async () => {
    const agent = agentOn(models.url);
    const of = definition({ name: 'early' });
    const run = testRun();
    run.draining.abort();
    expect(await agent.run(job('early', of), run)).toEqual({ kind: 'drained' });
    expect(models.steps('early')).toEqual([]);
    expect(completed(await agent.run(job('early', of), testRun())).result['output']).toBe('All done.');
  });

  test('inside a specialist repeats none of its tools', async () => {
    const task = { tool: 'task', args: { description: 'do it', subagent_type: 'inner' } };
    const of = {
      tool_definitions: [{ name: 'slow', description: 'slow', runtime: { kind: 'quickjs', script: slow } }],
      nodes: [
        {
          id: 'o',
          type: 'Orchestrator',
          config: config('outer', { name: 'outer', rounds: [[task]], text: 'end' }),
        },
        {
          id: 's',
          type: 'Specialist',
          config: config(
            'inner',
            { name: 'inner', rounds: [[{ tool: 'slow', args: {} }]] },
            { tools: ['slow'] },
          ),
        },
      ],
    };
    const agent = agentOn(models.url);
    const run = testRun(({ type, data }) => {
      if (type === 'on_tool_start' && data['name'] === 'slow') run.draining.abort();
    });
    expect(await agent.run(job('nested', of), run)).toEqual({ kind: 'drained' });
    const again = testRun();
    completed(await agent.run(job('nested', of), again));
    expect(
      again.events.filter(({ type, data }) => type === 'on_tool_start' && data['name'] === 'slow'),
    ).toEqual([]);
    expect(models.steps('inner')).toEqual([1, 1]);
    await agent.close();
  });
});

describe('a job that is aborted', () => {
  test('in the middle of an answer ends with the reason', async () => {
    const run = testRun(({ type }) => {
      if (type === 'on_llm_stream') run.ending.abort(new Failure('CANCELLED', 'somebody said so'));
    });
    const running = agentOn(models.url).run(job('cancel', definition({ tokens: 500, tokenMs: 5 })), run);
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED', message: 'somebody said so' });
  });

  test('writes no checkpoint after that, not even from a tool that does not listen', async () => {
    const saver = new MemorySaver();
    const run = testRun(({ type }) => {
      if (type === 'on_tool_start')
        setTimeout(() => run.ending.abort(new Failure('CANCELLED', 'enough')), 20);
    });
    const agent = agentOn(models.url, {}, saver);
    await expect(
      agent.run(job('mute', definition({ rounds: [[{ tool: 'slow', args: {} }]] }, { slow })), run),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    const before = JSON.stringify(saver.storage);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(JSON.stringify(saver.storage)).toBe(before);
    await agent.close();
  });

  test('by the loss of its lease, noticed when it wants to write', async () => {
    let held = true;
    const assertHeld = () => {
      if (!held) throw new Failure('LEASE_LOST', 'the lease ran out');
    };
    const run = testRun(({ type }) => {
      if (type === 'on_llm_stream') held = false;
    }, assertHeld);
    const running = agentOn(models.url).run(job('lost', definition({ name: 'lost' })), run);
    await expect(running).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(
      run.events.filter(({ type }) => type === 'on_state_update'),
      'an answer that is not stored is not shown',
    ).toHaveLength(1);
  });
});

describe('a limit', () => {
  test('of steps', async () => {
    const rounds = Array.from({ length: 20 }, () => [{ tool: 'ls', args: { path: '/' } }]);
    const running = agentOn(models.url, { recursionLimit: 10 }).run(
      job('steps', definition({ rounds })),
      testRun(),
    );
    await expect(running).rejects.toMatchObject({ code: 'RECURSION_LIMIT' });
  });

  test('of tokens ends the job before the call that would exceed it', async () => {
    const rounds = Array.from({ length: 20 }, () => [{ tool: 'ls', args: { path: '/' } }]);
    const agent = agentOn(models.url, { tokenBudget: 50 });
    const of = definition({ name: 'budget', rounds });
    // Each scripted call uses 20 tokens.
    await expect(agent.run(job('budget', of), testRun())).rejects.toMatchObject({ code: 'TOKEN_BUDGET' });
    expect(models.steps('budget')).toHaveLength(3);
    await expect(
      agent.run(job('budget', of), testRun()),
      'another attempt does not start from zero',
    ).rejects.toMatchObject({ code: 'TOKEN_BUDGET' });
    expect(models.steps('budget')).toEqual([1, 1, 1]);
  });

  test('of tokens counts what specialists used before the job was interrupted', async () => {
    const team = teamOf('spender', 'spending', slow);
    const saver = new MemorySaver();
    const cut = testRun(({ type, data }) => {
      if (type === 'on_tool_start' && data['name'] === 'slow')
        setTimeout(() => cut.ending.abort(new Failure('LEASE_LOST', 'gone')), 50);
    });
    const first = agentOn(models.url, { tokenBudget: 70 }, saver);
    await expect(first.run(job('spent', team), cut)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await first.close();
    const second = agentOn(models.url, { tokenBudget: 70 }, saver);
    // 60 tokens before, 20 of them the orchestrator's; the specialist's answer makes it 72.
    await expect(second.run(job('spent', team), testRun())).rejects.toMatchObject({
      code: 'TOKEN_BUDGET',
      message: 'the job has used 72 tokens, and its budget is 70',
    });
    expect(models.steps('spending')).toEqual([1, 1, 1]);
    expect(models.steps('spender'), 'its last call is not made').toEqual([1]);
    await second.close();
  });

  test('of tokens does not touch a job within it', async () => {
    const agent = agentOn(models.url, { tokenBudget: 50 });
    expect(completed(await agent.run(job('cheap', definition({})), testRun())).result['output']).toBe(
      'All done.',
    );
  });
});
