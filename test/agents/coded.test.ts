import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCodedAgents } from '../../worker/agents/coded/load.ts';
import type { CodedAgents } from '../../worker/agents/coded/coded-agent.ts';
import { codedDefinition } from '../../worker/agents/coded/coded-definition.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { script } from '../stubs/model-script.ts';
import { folderOf } from './code-folder.ts';
import { agentOn, completed, job, settings, testRun } from './fixture.ts';

const example = new URL('../../examples/agents-in-code/agents/', import.meta.url).pathname;

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer();
});
afterAll(() => models.close());

const load = (folder: string): Promise<CodedAgents> => loadCodedAgents(folder, settings(models.url));

describe('the agents of the example', () => {
  let coded: CodedAgents;
  beforeAll(async () => {
    coded = await load(example);
  });

  test('are those of its langgraph.json', () => {
    expect([...coded.keys()]).toEqual(['refunds', 'librarian']);
    const agent = agentOn(models.url, { coded });
    expect(agent.check(codedDefinition('refunds'))).toEqual([]);
    expect(agent.needs(codedDefinition('refunds'))).toEqual(['graph:refunds']);
  });

  test('run with the fields of their own state', async () => {
    const agent = agentOn(models.url, { coded });
    const run = testRun();
    const asked = job('small', codedDefinition('refunds'), { order: 'A7', amount: 20 });
    const { result } = completed(await agent.run(asked, run));
    const state = { order: 'A7', amount: 20, approved: true, receipt: 'paid 20 for A7' };
    expect(result).toMatchObject({ status: 'completed', output: state, state });
    expect(run.events.at(-1)).toMatchObject({ type: 'on_state_update', data: { receipt: state.receipt } });
    // A job that is delivered again has its result already.
    const again = completed(await agent.run(asked, testRun()));
    expect(again).toMatchObject({ resumed: true, result: { state } });
  });

  test.each([
    { answer: true, more: { receipt: 'paid 80 for B1' } },
    { answer: false, more: {} },
    { answer: 0, more: {} },
    { answer: '', more: {} },
    { answer: null, more: {} },
    { answer: {}, more: {} },
    { answer: [], more: {} },
  ])('wait for a person, and go on with the answer $answer', async ({ answer, more }) => {
    const agent = agentOn(models.url, { coded });
    const of = codedDefinition('refunds');
    const name = JSON.stringify(answer);
    const thread = `thread-${name}`;
    const asked = { ...job(`ask-${name}`, of, { order: 'B1', amount: 80 }), thread };
    const first = completed(await agent.run(asked, testRun()));
    expect(first.result).toMatchObject({
      status: 'interrupted',
      interrupts: [{ value: { question: 'Refund 80 for order B1?' } }],
    });
    const state = await agent.threads.read({ definition: of, thread }, undefined, false);
    expect(state).toMatchObject({ next: ['decide'], values: { order: 'B1' } });
    const answered = { ...job(`answer-${name}`, of, {}), thread, run: { command: { resume: answer } } };
    const second = completed(await agent.run(answered, testRun()));
    expect(second.result).toMatchObject({ status: 'completed' });
    expect(second.result['state']).toEqual({ order: 'B1', amount: 80, approved: answer === true, ...more });
  });

  test('ask models of the worker, call tools, and are watched as others are', async () => {
    const agent = agentOn(models.url, { coded });
    const said = script({ rounds: [[{ tool: 'find_shelf', args: { title: 'Emma' } }]], text: 'Shelf 4.' });
    const run = testRun();
    const input = { messages: [{ role: 'user', content: `Where is Emma? ${said}` }] };
    const { result } = completed(await agent.run(job('books', codedDefinition('librarian'), input), run));
    expect(result).toMatchObject({ output: 'Shelf 4.', usage: { model_calls: 2 } });
    const tools = run.events.filter(({ type }) => type === 'on_tool_end');
    expect(tools).toMatchObject([
      { data: { name: 'find_shelf', output: '"Emma" is on shelf 4', node: 'librarian' } },
    ]);
    expect(run.events.some(({ type }) => type === 'on_llm_stream')).toBe(true);
  });
});

test('a bundle without the packages of the worker is as good as its sources', async () => {
  const folder = await folderOf({ 'langgraph.json': '{"graphs": {"refunds": "./refunds.mjs:graph"}}' });
  // The flags of the line in docs/agents.md.
  await build({
    entryPoints: [join(example, 'refunds.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
  });
  const agent = agentOn(models.url, { coded: await load(folder) });
  const asked = job('bundled', codedDefinition('refunds'), { order: 'D4', amount: 5 });
  expect(completed(await agent.run(asked, testRun())).result).toMatchObject({
    state: { receipt: 'paid 5 for D4' },
  });
});

describe('code at work', () => {
  const odd = `import { Annotation, START, StateGraph, entrypoint, MemorySaver } from '@langchain/langgraph';
    const State = Annotation.Root({ n: Annotation<number> });
    const of = (work) => new StateGraph(State).addNode('work', work).addEdge(START, 'work');
    export const throws = of(() => { throw new TypeError('n is no number'); });
    export const own = of(({ n }) => ({ n: n + 1 })).compile({ checkpointer: new MemorySaver() });
    export const loops = of(({ n }) => ({ n: n + 1 })).addEdge('work', 'work');
    export const value = entrypoint({ name: 'value' }, async ({ n }) => n * 2);`;
  let coded: CodedAgents;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-code-'));
    const names = ['throws', 'own', 'loops', 'value'];
    const graphs = Object.fromEntries(names.map((name) => [name, `./odd.ts:${name}`]));
    await writeFile(join(folder, 'langgraph.json'), JSON.stringify({ graphs }));
    await writeFile(join(folder, 'odd.ts'), odd);
    // As a mounted volume has it: the folder that is named is a link.
    await symlink(folder, `${folder}-link`);
    coded = await load(`${folder}-link`);
  });
  afterAll(() => Promise.all([folder, `${folder}-link`].map((path) => rm(path, { recursive: true }))));

  test.each([
    {
      reason: 'what it throws is a failure in its words, tried again as any',
      name: 'throws',
      input: { n: 1 },
      code: 'INTERNAL',
      says: 'the code of the agent "throws" threw TypeError: n is no number',
    },
    {
      reason: 'its steps are bounded',
      name: 'loops',
      input: { n: 1 },
      code: 'RECURSION_LIMIT',
      says: 'RECURSION_LIMIT',
    },
    {
      reason: 'an input with no field of its state is the fault of whoever sent it',
      name: 'own',
      input: { m: 1 },
      code: 'INVALID_EVENT',
      says: 'cannot start from the input: the agent has no field m',
    },
    {
      reason: 'another worker may have what this one lacks',
      name: 'elsewhere',
      input: {},
      code: 'UNKNOWN_PROVIDER',
      says: '"elsewhere" is no agent in code of this worker: it has throws, own, loops, value',
    },
  ])('$reason', async ({ name, input, code, says }) => {
    const agent = agentOn(models.url, { coded });
    const running = agent.run(job(`failing-${name}`, codedDefinition(name), input), testRun());
    await expect(running).rejects.toMatchObject({ code, message: expect.stringContaining(says) as string });
  });

  test('a checkpointer of its own gives way to that of the worker', async () => {
    const agent = agentOn(models.url, { coded });
    const of = codedDefinition('own');
    await agent.run(job('kept', of, { n: 1 }), testRun());
    const state = await agent.threads.read({ definition: of, thread: 'kept' }, undefined, false);
    expect(state).toMatchObject({ values: { n: 2 }, next: [] });
  });

  test('a function of LangGraph gives a value', async () => {
    const agent = agentOn(models.url, { coded });
    const { result } = completed(
      await agent.run(job('twice', codedDefinition('value'), { n: 21 }), testRun()),
    );
    expect(result).toMatchObject({ output: 42, status: 'completed' });
  });
});
