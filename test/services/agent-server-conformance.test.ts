import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Client } from '@langchain/langgraph-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeServers } from '../servers/describe-servers.ts';
import { definition, doubleTool } from '../servers/job.ts';
import { pythonSdk } from '../servers/python-sdk.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';
import { startReference } from '../stubs/start-reference.ts';
import { OTHERWISE, shapeOf } from './answer-shape.ts';

const says = (what: Script) => ({ messages: [{ role: 'user' as const, content: script(what) }] });
const config = { configurable: { agent_definition: definition([doubleTool]) } };

type Answers = Readonly<Record<string, unknown>>;

/** What becomes of one assistant. */
async function tellOfAssistants({ assistants }: Client): Promise<Answers> {
  const answers: Record<string, unknown> = {};
  const metadata = { of: 'conformance' };
  const made = await assistants.create({ graphId: 'agent', name: 'One', metadata });
  const id = made.assistant_id;
  answers['assistants.create'] = made;
  answers['assistants.get'] = await assistants.get(id);
  answers['assistants.update'] = await assistants.update(id, { name: 'Two', metadata: { more: 1 } });
  answers['assistants.getVersions'] = await assistants.getVersions(id);
  answers['assistants.setLatest'] = await assistants.setLatest(id, 1);
  answers['assistants.search'] = await assistants.search({ metadata });
  answers['assistants.count'] = await assistants.count({ metadata });
  await assistants.delete(id);
  answers['assistants.get, deleted'] = await assistants.get(id).catch((error: unknown) => statusOf(error));
  answers['assistants.get, a graph'] = await assistants.get('agent');
  return answers;
}

/** What becomes of values that a client keeps. */
async function tellOfItems({ store }: Client): Promise<Answers> {
  const [namespace, ttl] = [['users', 'grace'], { ttl: 60 }];
  await store.putItem(namespace, 'first', { likes: 'trains' });
  await store.putItem(namespace, 'second', { likes: 'ships' }, ttl);
  const answers = {
    'store.getItem': await store.getItem(namespace, 'first'),
    'store.searchItems': await store.searchItems(['users'], { filter: { likes: 'ships' } }),
    'store.listNamespaces': await store.listNamespaces({ prefix: ['users'], maxDepth: 1 }),
  };
  for (const key of ['first', 'second']) await store.deleteItem(namespace, key);
  return { ...answers, 'store.getItem, deleted': await store.getItem(namespace, 'first') };
}

/** What becomes of messages that a client takes out of a thread: by hand, with a run, and all of them. */
async function tellOfRemoved({ threads, runs }: Client): Promise<Answers> {
  const answers: Record<string, unknown> = {};
  const { thread_id: on } = await threads.create();
  const removed = (id: string) => ({ type: 'remove', id });
  const messages = async () => (await threads.getState<{ messages: { id: string }[] }>(on)).values.messages;
  await runs.wait(on, 'agent', { input: says({ text: 'One.' }), config });
  const [asked, answered] = await messages();
  answers['threads.updateState, removing'] = await threads.updateState(on, {
    values: { messages: [removed(answered?.id ?? '')] },
  });
  answers['threads.getState, removed'] = await threads.getState(on);
  const input = { messages: [removed(asked?.id ?? ''), ...says({ text: 'Two.' }).messages] };
  for (const mode of ['values', 'updates', 'messages-tuple'] as const) {
    const parts = [];
    const asks = { input: mode === 'values' ? input : says({ text: mode }), config, streamMode: mode };
    for await (const { event, data } of runs.stream(on, 'agent', asks)) parts.push({ event, data });
    answers[`runs.stream, removing, ${mode}`] = parts;
  }
  answers['threads.getState, removed by a run'] = await messages();
  await threads.updateState(on, { values: { messages: [removed('__remove_all__')] } });
  answers['threads.getState, all removed'] = await messages();
  answers['threads.getHistory, removed'] = await threads.getHistory(on, { limit: 100 });
  return answers;
}

/** Everything that a client does, one after the other, and what it was answered. */
async function tell(client: Client): Promise<Answers> {
  const answers: Record<string, unknown> = {
    ...(await tellOfAssistants(client)),
    ...(await tellOfItems(client)),
    ...(await tellOfRemoved(client)),
  };
  const thread = await client.threads.create({ metadata: { of: 'conformance' } });
  answers['threads.create'] = thread;
  const on = thread.thread_id;
  answers['threads.getState, before any run'] = await client.threads.getState(on);
  answers['threads.getHistory, before any run'] = await client.threads.getHistory(on);
  const input = says({ rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'It is 8.' });
  answers['runs.wait'] = await client.runs.wait(on, 'agent', { input, config });
  answers['threads.get'] = await client.threads.get(on);
  answers['threads.getState'] = await client.threads.getState(on);
  answers['threads.getHistory'] = await client.threads.getHistory(on, { limit: 100 });
  for (const mode of ['values', 'updates', 'messages-tuple', 'messages', 'custom'] as const) {
    const parts = [];
    const asks = { input: says({ text: `In mode ${mode}.` }), config, streamMode: mode };
    for await (const { event, data } of client.runs.stream(on, 'agent', asks)) parts.push({ event, data });
    answers[`runs.stream, ${mode}`] = parts;
  }
  const created = await client.runs.create(on, 'agent', { input: says({ text: 'Later.' }), config });
  answers['runs.create'] = created;
  answers['runs.join'] = await client.runs.join(on, created.run_id);
  answers['runs.get'] = await client.runs.get(on, created.run_id);
  answers['threads.updateState'] = await client.threads.updateState(on, {
    values: { messages: [{ role: 'user', content: 'By hand.' }] },
  });
  const stopped = { input, config, interruptBefore: ['tools'] };
  answers['runs.wait, stopped'] = await client.runs.wait(on, 'agent', stopped);
  answers['threads.get, stopped'] = (await client.threads.get(on)).status;
  answers['threads.getState, stopped'] = (await client.threads.getState(on)).next;
  answers['runs.wait, gone on'] = await client.runs.wait(on, 'agent', { input: null, config });
  answers['threads.search'] = await client.threads.search({ metadata: { of: 'conformance' } });
  answers['threads.update'] = (await client.threads.update(on, { metadata: { more: 1 } })).metadata;
  answers['runs.wait, without a thread'] = await client.runs.wait(null, 'agent', {
    input: says({ text: 'Alone.' }),
    config,
  });
  const failing = says({ fail: { status: 400, times: 99 } });
  const failed = await client.runs.wait(on, 'agent', { input: failing, config, raiseError: false });
  answers['runs.wait, failed'] = Object.keys(failed);
  answers['threads.get, failed'] = (await client.threads.get(on)).status;
  await client.threads.delete(on);
  answers['threads.get, deleted'] = await client.threads.get(on).catch((error: unknown) => statusOf(error));
  const each = { assistantId: 'agent', input: says({ text: 'One of two.' }), config };
  // Only here their metadata names the assistant, as that of every run does.
  const batch = await client.runs.createBatch([each, each]);
  answers['runs.createBatch'] = batch.map((run) => ({ ...run, metadata: null }));
  answers['runs.create, no such assistant'] = await client.runs
    .create(null, 'nobody', { input })
    .catch((error: unknown) => statusOf(error));
  return answers;
}

function statusOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : undefined;
}

/** The same for a program in Python. */
async function tellInPython(python: string, url: string): Promise<Answers> {
  const program = join(import.meta.dirname, '../stubs/python-client.py');
  const input = says({ rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'It is 8.' });
  const given = JSON.stringify({ config, input, hello: says({ text: 'Hello.' }) });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = execFile(python, [program, url], { maxBuffer: 64 * 1024 * 1024 }, (error, output) =>
    error ? reject(error) : resolve(output),
  );
  child.stdin?.end(given);
  return JSON.parse(await promise) as Answers;
}

describeServers('one script of the SDK on a worker and on the reference server', (servers) => {
  let world: World;
  let urls: readonly string[];
  let reference: Awaited<ReturnType<typeof startReference>>;
  beforeAll(async () => {
    world = await createWorld(servers);
    const [worker, started] = await Promise.all([world.worker(), startReference(world.model.url)]);
    reference = started;
    await worker.ready();
    urls = [worker.url, reference.url];
  }, 240_000);
  afterAll(async () => {
    reference.stop();
    await world.close();
  });

  /** What was asked of each server, by its name. */
  const asked = (answers: readonly Answers[]) => answers.map((one) => Object.keys(one));

  /** The answers have the same shape and order. */
  function compare([ours = {}, theirs = {}]: readonly Answers[]): void {
    const compared = Object.keys(theirs).filter((what) => !(what in OTHERWISE));
    for (const what of compared) expect.soft(shapeOf(ours[what]), what).toEqual(shapeOf(theirs[what]));
  }

  test('of TypeScript is answered alike', async () => {
    const answers = await Promise.all(urls.map((apiUrl) => tell(new Client({ apiUrl }))));
    expect(asked(answers)[0]).toEqual(asked(answers)[1]);
    compare(answers);
  }, 240_000);

  test('of Python is answered alike', async ({ skip }) => {
    const python = await pythonSdk().catch((error: unknown) => {
      if (process.env['CI']) throw error;
      return skip(`langgraph-sdk cannot be had: ${String(error)}`);
    });
    const answers = await Promise.all(urls.map((url) => tellInPython(python, url)));
    expect(asked(answers)[0]).toEqual(asked(answers)[1]);
    compare(answers);
  }, 240_000);
});
