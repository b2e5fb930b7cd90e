import { Client } from '@langchain/langgraph-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeServers } from '../servers/describe-servers.ts';
import { definition, doubleTool } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';
import { follow } from './sse.ts';

const says = (what: Script) => ({ messages: [{ role: 'user', content: script(what) }] });
const config = { configurable: { agent_definition: definition([doubleTool]) } };

describeServers('a client that comes back to a run with the id of the last part it had', (servers) => {
  let world: World;
  let url: string;
  let client: Client;
  beforeAll(async () => {
    world = await createWorld(servers);
    const worker = await world.worker();
    await worker.ready();
    url = worker.url;
    client = new Client({ apiUrl: url });
  });
  afterAll(() => world.close());

  test('gets the rest, and nothing twice, wherever it left off', async () => {
    const { thread_id: thread } = await client.threads.create();
    const input = says({ rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'It is 8.' });
    const { run_id: run } = await client.runs.create(thread, 'agent', { input, config });
    const stream = `${url}/threads/${thread}/runs/${run}/stream`;
    const all = await follow(stream);
    expect(all.length).toBeGreaterThan(3);
    for (const [index, { id }] of all.entries())
      expect(await follow(stream, { 'Last-Event-ID': id ?? '' })).toEqual(all.slice(index + 1));
    const rest = [];
    for await (const part of client.runs.joinStream(thread, run, { lastEventId: all[1]?.id ?? '' }))
      rest.push(part);
    expect(rest.map(({ id }) => id)).toEqual(all.slice(2).map(({ id }) => id));
  });

  test('while the run goes on, gets what comes until its end', async () => {
    const { thread_id: thread } = await client.threads.create();
    const { run_id: run } = await client.runs.create(thread, 'agent', {
      input: says({ tokens: 120, tokenMs: 50 }),
      config,
      streamMode: 'messages-tuple',
    });
    const stream = `${url}/runs/${run}/stream`;
    const seen = await follow(stream, {}, (frames) => frames.length >= 3);
    expect((await client.runs.get(thread, run)).status).toBe('running');
    const rest = await follow(stream, { 'Last-Event-ID': seen.at(-1)?.id ?? '' });
    expect([...seen, ...rest]).toEqual(await follow(stream));
    expect((await client.runs.get(thread, run)).status).toBe('success');
  });
});
