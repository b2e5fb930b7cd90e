import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as AgentServer } from '@langchain/langgraph-sdk';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition, doubleTool } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';

const token = 'a token of some length';

describeServers('agents as tools of the Model Context Protocol', (servers) => {
  let world: World;
  let worker: WorkerProcess;
  let folder: string;
  let client: Client;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agents-'));
    const asking = definition([doubleTool]);
    const [node] = asking['nodes'] as { config: object }[];
    Object.assign(node?.config ?? {}, { description: 'Doubles.', interrupt_on: { double: ['approve'] } });
    await writeFile(join(folder, 'doubler.json'), JSON.stringify(asking));
    const counting = definition();
    const [counter] = counting['nodes'] as { config: object }[];
    const fields = { city: { type: 'string' }, people: { type: 'integer' } };
    Object.assign(counter?.config ?? {}, { response_format: { type: 'object', properties: fields } });
    await writeFile(join(folder, 'counter.json'), JSON.stringify(counting));
    world = await createWorld(servers);
    worker = await world.worker({ AGENTS_DIR: folder, API_TOKEN: token });
    await worker.ready();
    client = await connected({ Authorization: `Bearer ${token}` });
  });
  afterAll(async () => {
    await client.close();
    await world.close();
    await rm(folder, { recursive: true });
  });

  async function connected(headers: Record<string, string>): Promise<Client> {
    const transport = new StreamableHTTPClientTransport(new URL(`${worker.url}/mcp`), {
      requestInit: { headers },
    });
    const one = new Client({ name: 'a-test', version: '1.0.0' });
    // As with the server, exact optional properties are not what the interface says.
    await one.connect(transport as Parameters<typeof one.connect>[0]);
    return one;
  }
  const call = (name: string, args: JsonObject) => client.callTool({ name, arguments: { ...args } });

  test('are listed by their names, with what they are for', async () => {
    const sdk = new AgentServer({ apiUrl: worker.url, apiKey: token });
    const config = { configurable: { agent_definition: definition() } };
    await sdk.assistants.create({ graphId: 'agent', name: 'writer', config });
    const odd = await sdk.assistants.create({ graphId: 'agent', name: 'a name with blanks', config });
    await sdk.assistants.create({ graphId: 'agent', name: 'without a definition' });
    const { tools } = await client.listTools();
    const names = tools.map(({ name }) => name).toSorted();
    expect(names).toEqual(['counter', 'doubler', 'writer', odd.assistant_id].toSorted());
    expect(tools.find(({ name }) => name === 'doubler')?.description).toMatch(/^Doubles\. /);
  });

  test('are asked, ask a person, and go on with the same conversation', async () => {
    const message = script({ rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'It is 8.' });
    const asked = await call('doubler', { message });
    expect(asked.structuredContent).toMatchObject({
      status: 'interrupted',
      interrupts: [{ value: { actionRequests: [{ name: 'double' }] } }],
    });
    const { thread_id } = asked.structuredContent as { thread_id: string };
    const done = await call('doubler', { thread_id, resume: { decisions: [{ type: 'approve' }] } });
    expect(done).toMatchObject({
      content: [{ type: 'text', text: 'It is 8.' }],
      structuredContent: { thread_id, status: 'completed' },
    });
  });

  test('answer in their form, as an object beside the words', async () => {
    const town = { city: 'Bern', people: 134_000 };
    const message = script({ rounds: [[{ tool: 'structured_response', args: town }]] });
    expect(await call('counter', { message })).toMatchObject({
      content: [{ type: 'text', text: JSON.stringify(town) }],
      structuredContent: { status: 'completed', structured_response: town },
    });
  });

  test('say what went wrong', async () => {
    expect(await call('doubler', {})).toMatchObject({
      isError: true,
      content: [{ text: 'expected either message or resume' }],
    });
    const message = script({ fail: { status: 400, times: 99 } });
    expect(await call('doubler', { message })).toMatchObject({ isError: true });
  });

  test('are nothing for callers without the token', async () => {
    await expect(connected({})).rejects.toThrow(/401|bearer token/i);
  });
});
