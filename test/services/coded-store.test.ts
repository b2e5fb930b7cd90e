import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { Client } from '@langchain/langgraph-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { createWorld } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import type { World } from '../servers/world.ts';

/** Keeps a note, and gives back all that there are. */
const code = `import { Annotation, START, StateGraph } from '@langchain/langgraph';
const State = Annotation.Root({ note: Annotation<string>, notes: Annotation<string[]> });
export const graph = new StateGraph(State)
  .addNode('keep', async ({ note }, { store }) => { if (note) await store.put(['notes'], note, { text: note }); return {}; })
  .addNode('find', async (_, { store }) => ({ notes: (await store.search(['notes'])).map(({ key }) => key).sort() }))
  .addEdge(START, 'keep').addEdge('keep', 'find');`;

const tokens = { ada: 'the token of ada, long', bob: 'the token of bob, long' };
const operator = 'the token of an operator';

describeServers('values that agents in code keep', (servers) => {
  let world: World;
  let worker: WorkerProcess;
  let folder: string;
  beforeAll(async () => {
    world = await createWorld(servers);
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-code-'));
    await writeFile(join(folder, 'langgraph.json'), '{"graphs": {"notes": "./notes.ts:graph"}}');
    await writeFile(join(folder, 'notes.ts'), code);
    worker = await world.worker({
      AGENTS_CODE_DIR: folder,
      API_TOKEN: operator,
      API_TOKENS: JSON.stringify(tokens),
    });
    await worker.ready();
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  const clientOf = (token: string): Client =>
    new Client({ apiUrl: worker.url, defaultHeaders: { Authorization: `Bearer ${token}` } });
  const notesOf = async (client: Client, note?: string): Promise<unknown> => {
    const values = await client.runs.wait(null, 'notes', { input: { note: note ?? '' } });
    return (values as JsonObject)['notes'];
  };

  test('are found by other runs of the same tenant, by its clients, and by nobody else', async () => {
    const [ada, bob, admin] = [clientOf(tokens.ada), clientOf(tokens.bob), clientOf(operator)];
    expect(await notesOf(ada, 'milk')).toEqual(['milk']);
    expect(await ada.store.getItem(['notes'], 'milk')).toMatchObject({ value: { text: 'milk' } });
    await ada.store.putItem(['notes'], 'bread', { text: 'bread' });
    expect(await notesOf(ada)).toEqual(['bread', 'milk']);
    const { thread_id: thread } = await ada.threads.create();
    await ada.runs.wait(thread, 'notes', { input: { note: 'salt' } });
    expect(await notesOf(ada)).toEqual(['bread', 'milk', 'salt']);
    for (const other of [bob, admin]) {
      expect(await notesOf(other)).toEqual([]);
      expect(await other.store.getItem(['notes'], 'milk')).toBeNull();
    }
  });

  test('of a job that came by NATS are seen by operators alone', async () => {
    const jobId = randomUUID();
    const body = { job_id: jobId, trace_id: jobId, agent: 'notes', input_payload: { note: 'tea' } };
    await jetstream(world.nats).publish(
      `${world.names.prefix}.execute.${jobId}`,
      new TextEncoder().encode(JSON.stringify(body)),
    );
    const { event } = await world.result(jobId);
    expect(event).toMatchObject({ data: { result: { state: { notes: ['tea'] } } } });
    expect(await clientOf(operator).store.getItem(['notes'], 'tea')).toMatchObject({
      value: { text: 'tea' },
    });
    expect(await clientOf(tokens.bob).store.getItem(['notes'], 'tea')).toBeNull();
  });
});
