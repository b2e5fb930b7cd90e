import { Client } from '@langchain/langgraph-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { script } from '../stubs/model-script.ts';
import type { ScriptedCall } from '../stubs/model-script.ts';

const FILE = '/memories/AGENTS.md';
const tokens = { ada: 'the token of ada, long', bob: 'the token of bob, long' };

/** An agent that remembers. */
const config = { memory: [FILE], name: 'main', system_prompt: 'You answer.' };
const definition: JsonObject = {
  backend: { routes: { '/memories/': { namespace: 'helper' } } },
  nodes: [
    { id: 'main', type: 'Orchestrator', config: { ...config, model: { provider: 'openai', model: 'stub' } } },
  ],
};

describeServers('the memory of an agent', (servers) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(servers);
  });
  afterAll(() => world.close());

  test('outlives its worker, in the store of its tenant, where clients find it and change it', async () => {
    const env = { API_TOKENS: JSON.stringify(tokens) };
    const first = await world.worker(env);
    await first.ready();
    let { url } = first;
    const clientOf = (token: string): Client =>
      new Client({ apiUrl: url, defaultHeaders: { Authorization: `Bearer ${token}` } });
    /** Runs the agent on a thread of its own, and gives what its model had in its prompt. */
    const promptOf = async (token: string, ...calls: ScriptedCall[]): Promise<string> => {
      const said = script({ rounds: calls.map((call) => [call]), text: 'Done.' });
      await clientOf(token).runs.wait(null, 'agent', {
        input: { messages: [{ role: 'user', content: said }] },
        config: { configurable: { agent_definition: definition } },
      });
      const system = world.model.last()?.messages.filter(({ role }) => role === 'system') ?? [];
      return JSON.stringify(system);
    };
    const write = { tool: 'write_file', args: { file_path: FILE, content: 'Ada likes tea.' } };
    expect(await promptOf(tokens.ada, write)).toContain('(No memory loaded)');
    first.signal('SIGKILL');
    await first.exited();

    const second = await world.worker(env);
    await second.ready();
    url = second.url;
    expect(await promptOf(tokens.ada)).toContain('Ada likes tea.');
    expect(await promptOf(tokens.bob)).toContain('(No memory loaded)');
    const place: [string[], string] = [['filesystem', 'helper'], '/AGENTS.md'];
    const item = await clientOf(tokens.ada).store.getItem(...place);
    expect(item?.value).toMatchObject({ content: 'Ada likes tea.' });
    await clientOf(tokens.ada).store.putItem(...place, { ...item?.value, content: 'Ada likes milk.' });
    expect(await promptOf(tokens.ada)).toContain('Ada likes milk.');
  });
});
