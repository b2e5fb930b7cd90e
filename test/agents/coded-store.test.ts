import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codedDefinition } from '../../worker/agents/coded/coded-definition.ts';
import type { CodedAgents } from '../../worker/agents/coded/coded-agent.ts';
import { loadCodedAgents } from '../../worker/agents/coded/load.ts';
import type { ItemStore } from '../../worker/item-store.ts';
import { Failure } from '../../worker/jobs/rules/failures.ts';
import type { JsonObject } from '../../worker/json.ts';
import { agentOn, completed, job, keptItems, settings, testRun } from './fixture.ts';

/** Keeps a note and gives back those there are; and does whatever it is told with the store. */
const code = `import { Annotation, InMemoryStore, START, StateGraph, getStore } from '@langchain/langgraph';
const State = Annotation.Root({ note: Annotation<string>, notes: Annotation<string[]>, how: Annotation<object>, said: Annotation<string> });
export const notes = new StateGraph(State)
  .addNode('keep', async ({ note }, { store }) => { if (note) await store.put(['notes'], note, { text: note }); return {}; })
  .addNode('find', async () => ({ notes: (await getStore().search(['notes'])).map(({ value }) => value.text).sort() }))
  .addEdge(START, 'keep').addEdge('keep', 'find')
  .compile({ store: new InMemoryStore() });
export const told = new StateGraph(State)
  .addNode('do', async ({ how: { method, args } }, { store }) =>
    ({ said: await store[method](...args).then((done) => String(JSON.stringify(done)), (error) => error.message) }))
  .addEdge(START, 'do');
export const patient = new StateGraph(State)
  .addNode('wait', async (_, { store, signal }) => {
    await new Promise((over) => signal.addEventListener('abort', over));
    await store.put(['notes'], 'late', {}).catch(() => {});
    return {};
  })
  .addEdge(START, 'wait');`;

describe('the store of agents in code', () => {
  let coded: CodedAgents;
  let folder: string;
  beforeAll(async () => {
    const names = ['notes', 'told', 'patient'];
    const graphs = Object.fromEntries(names.map((name) => [name, `./notes.ts:${name}`]));
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-code-'));
    await writeFile(join(folder, 'langgraph.json'), JSON.stringify({ graphs }));
    await writeFile(join(folder, 'notes.ts'), code);
    coded = await loadCodedAgents(folder, settings('http://127.0.0.1:9/v1'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const open = (items = keptItems()) => agentOn('', { coded }, undefined, undefined, items);
  const of = (name: string, id: string, input: JsonObject) => job(id, codedDefinition(name), input);

  test('is the one of the tenant whose job it is, and no other', async () => {
    const items = keptItems();
    const agent = open(items);
    const notesOf = async (tenant: string | undefined, id: string, note = '') =>
      completed(await agent.run(of('notes', id, { note }), { ...testRun(), tenant })).result['state'];
    expect(await notesOf('ada', 'a1', 'milk')).toMatchObject({ notes: ['milk'] });
    expect(await notesOf('ada', 'a2', 'bread')).toMatchObject({ notes: ['bread', 'milk'] });
    expect(await notesOf('bob', 'b1')).toMatchObject({ notes: [] });
    expect(await notesOf(undefined, 'n1', 'tea')).toMatchObject({ notes: ['tea'] });
    expect(await notesOf('bob', 'b2', 'nuts')).toMatchObject({ notes: ['nuts'] });
    const kept = await items.of('ada').get(['notes'], 'milk');
    expect(kept).toMatchObject({ namespace: ['notes'], key: 'milk', value: { text: 'milk' } });
  });

  test.each([
    { method: 'put', args: [['a'], 'k', { n: 1 }], said: 'undefined' },
    { method: 'get', args: [['a'], 'none'], said: 'null' },
    { method: 'put', args: [[], 'k', {}], said: 'namespace: expected a list of 1 to 20 texts' },
    { method: 'put', args: [Array(21).fill('a'), 'k', {}], said: 'expected a list of 1 to 20 texts' },
    {
      method: 'get',
      args: [['a', 'b.c'], 'k'],
      said: 'namespace[1]: expected a text of 1 to 200 characters',
    },
    { method: 'put', args: [['a'], 'k'.repeat(1_001), {}], said: 'key: expected a text of 1 to 1000' },
    { method: 'delete', args: [['a'], ''], said: 'cannot delete the item: key: expected' },
    { method: 'put', args: [['a'], 'k', { text: 'x'.repeat(20_000) }], said: 'more than 10000 (MAX_REQUEST' },
    { method: 'put', args: [['a'], 'k', { text: '\u0000' }], said: 'value: expected no character 0' },
    { method: 'put', args: [['a'], 'k', 'text'], said: 'value: expected an object that is JSON' },
    {
      method: 'search',
      args: [['a'], { limit: 1_001 }],
      said: 'limit: expected a whole number from 1 to 1000',
    },
    { method: 'search', args: [['a'], { offset: -1 }], said: 'offset: expected a whole number from 0 to' },
    { method: 'search', args: [['a'], { query: 'like it' }], said: 'query: there is no search by meaning' },
    { method: 'search', args: [['a'], { filter: { n: { $gt: 1 } } }], said: 'filter.n: operators are not' },
  ])('$method has the bounds of the routes, in words: $said', async ({ method, args, said }) => {
    const told = of('told', 'j', { how: { method, args } as unknown as JsonObject });
    const { result } = completed(await open().run(told, testRun()));
    expect((result['state'] as JsonObject)['said']).toContain(said);
  });

  test('that is away ends the attempt, whatever the code makes of it', async () => {
    const away = new Failure('STORE_UNAVAILABLE', 'cannot read item: PostgreSQL failed');
    const items = { of: () => ({ get: () => Promise.reject(away) }) as unknown as ItemStore, maxBytes: 10 };
    const told = of('told', 'j', { how: { method: 'get', args: [['a'], 'k'] } });
    await expect(open(items).run(told, testRun())).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  test('keeps nothing of a run that another worker has by now', async () => {
    const items = keptItems();
    const run = testRun();
    const running = open(items).run(of('patient', 'j', {}), run);
    setTimeout(() => run.ending.abort(new Failure('LEASE_LOST', 'gone')), 100);
    await expect(running).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await new Promise((over) => setTimeout(over, 50));
    expect(await items.of(undefined).search([], undefined, { limit: 10, offset: 0 })).toEqual([]);
  });
});
