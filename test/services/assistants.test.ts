import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@langchain/langgraph-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonObject } from '../../worker/json.ts';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition, doubleTool, testJob } from '../servers/job.ts';
import { withWorker } from '../servers/with-worker.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { runWorker } from '../servers/worker.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';

const says = (what: Script) => ({ messages: [{ role: 'user', content: script(what) }] });
const configOf = (agent_definition: JsonObject) => ({ configurable: { agent_definition } });
const messagesOf = (values: unknown) => (values as { messages: JsonObject[] }).messages;

/** An agent whose double tool a person decides on. */
function asking(): JsonObject {
  const one = definition([doubleTool]);
  const [node] = one['nodes'] as { config: object }[];
  Object.assign(node?.config ?? {}, { interrupt_on: { double: ['approve'] } });
  return one;
}

describeServers('agents by name', (servers) => {
  let world: World;
  let worker: WorkerProcess;
  let client: Client;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agents-'));
    await writeFile(join(folder, 'asks.json'), JSON.stringify(asking()));
    await writeFile(join(folder, 'broken.json'), '[]');
    world = await createWorld(servers);
    worker = await world.worker({ AGENTS_DIR: folder });
    await worker.ready();
    client = new Client({ apiUrl: worker.url });
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  /** A job over NATS with these data in place of its definition. */
  function job(data: JsonObject, what: Script = {}) {
    const one = testJob(what);
    const { agent_definition: _, ...rest } = one.event['data'] as JsonObject;
    return { ...one, event: { ...one.event, data: { ...rest, ...data } } };
  }
  const resultOf = async (jobId: string) => (await world.result(jobId)).event['data'] as JsonObject;

  test('an assistant is made, run by its id, changed, brought back to a version, found and deleted', async () => {
    const { assistants } = client;
    const metadata = { of: `test ${Date.now()}` };
    const made = await assistants.create({
      graphId: 'agent',
      name: 'Doubler',
      config: configOf(definition([doubleTool])),
      metadata,
    });
    expect(made).toMatchObject({ version: 1, name: 'Doubler', graph_id: 'agent', metadata });
    const id = made.assistant_id;
    const input = says({ rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'It is 8.' });
    const values = await client.runs.wait(null, id, { input });
    expect(messagesOf(values)).toMatchObject([
      {},
      {},
      { type: 'tool', content: '8' },
      { content: 'It is 8.' },
    ]);
    expect(await assistants.update(id, { config: configOf(definition()) })).toMatchObject({
      version: 2,
      name: 'Doubler',
    });
    const versions = await assistants.getVersions(id);
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
    expect(await assistants.setLatest(id, 1)).toMatchObject({ version: 1, config: made.config });
    expect(await assistants.get(id)).toMatchObject({ version: 1 });
    expect((await assistants.update(id, { metadata: { more: 1 } })).metadata).toEqual({
      ...metadata,
      more: 1,
    });
    expect(await assistants.search({ metadata })).toMatchObject([{ assistant_id: id, version: 3 }]);
    expect(await assistants.count({ metadata })).toBe(1);
    await assistants.delete(id);
    await expect(assistants.get(id)).rejects.toThrow(/404/);
    await expect(client.runs.create(null, id, { input })).rejects.toThrow(/404/);
  });

  test('of changes at once each makes a version of its own', async () => {
    const { assistant_id: id } = await client.assistants.create({ graphId: 'agent' });
    await Promise.all([1, 2, 3, 4].map((n) => client.assistants.update(id, { name: `Name ${n}` })));
    const versions = await client.assistants.getVersions(id);
    expect(versions.map(({ version }) => version)).toEqual([5, 4, 3, 2, 1]);
  });

  test('what cannot run is refused when it is made', async () => {
    const making = client.assistants.create({ graphId: 'agent', config: configOf({ nodes: [] }) });
    await expect(making).rejects.toThrow(/422.*cannot use the agent definition/);
    await expect(client.assistants.create({ graphId: 'nowhere' })).rejects.toThrow(/404/);
  });

  test('files are assistants as they are, under their names', async () => {
    const graphs = (await client.assistants.search({ metadata: { created_by: 'system' } })).map(
      ({ graph_id }) => graph_id,
    );
    expect(graphs).toEqual(['agent', 'asks']);
    await expect(client.assistants.update('asks', { name: 'x' })).rejects.toThrow(
      /409.*comes with the worker/,
    );
    expect(worker.log()).toMatch(/cannot take .*broken.json as an agent: expected a JSON object/);
    await writeFile(join(folder, 'wrong.json'), JSON.stringify({ nodes: [{ id: 'a' }] }));
    const named = /cannot run the agent wrong: nodes\[0\]\.type is required; nodes\[0\]\.config is required/;
    await until('what cannot run is named', async () => Promise.resolve(named.test(worker.log())));
    await rm(join(folder, 'wrong.json'));
    await writeFile(join(folder, 'later.json'), JSON.stringify(definition()));
    await until('it is seen', async () => (await client.assistants.count({ graphId: 'later' })) === 1);
    expect(
      messagesOf(await client.runs.wait(null, 'later', { input: says({ text: 'Here.' }) })),
    ).toHaveLength(2);
  });

  describe('over NATS', () => {
    test('a job names an agent, is the same job when it comes again, and another with another input', async () => {
      await client.assistants.create({ graphId: 'agent', name: 'by name', config: configOf(definition()) });
      const one = job({ agent: 'by name' }, { text: 'Named.' });
      await world.publish(one);
      expect(await resultOf(one.jobId)).toMatchObject({ result: { output: 'Named.' } });
      const again = await fetch(worker.url, { method: 'POST', body: JSON.stringify(one.event) });
      expect(await again.json()).toMatchObject({ data: { result: { output: 'Named.' } } });
      const data = { ...one.event.data, input_payload: { user_request: 'something else' } };
      const other = await fetch(worker.url, { method: 'POST', body: JSON.stringify({ data }) });
      expect(other.status).toBe(409);
    });

    test('a job is known when it comes again, though its agent is gone', async () => {
      const config = configOf(definition());
      const { assistant_id } = await client.assistants.create({ graphId: 'agent', name: 'leaves', config });
      const one = job({ agent: 'leaves' }, { text: 'Done.' });
      await world.publish(one);
      await resultOf(one.jobId);
      await client.assistants.delete(assistant_id);
      const again = await fetch(worker.url, { method: 'POST', body: JSON.stringify(one.event) });
      expect(await again.json()).toMatchObject({ data: { result: { output: 'Done.' } } });
    });

    test('an agent that is not there fails the job that names it', async () => {
      const one = job({ agent: 'nobody' });
      await world.publish(one);
      expect(await resultOf(one.jobId)).toMatchObject({
        error: { code: 'INVALID_EVENT', message: 'agent: there is no agent nobody here' },
      });
    });

    test('an answer needs nothing but the thread: of two one counts', async () => {
      const first = job({ agent: 'asks' }, { rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'Done.' });
      await world.publish(first);
      expect(await resultOf(first.jobId)).toMatchObject({ result: { status: 'interrupted' } });
      const listed = await runWorker(['jobs', 'list', '--text', first.jobId], world.env);
      expect(listed.output).toContain('asks a person');
      const answers = [1, 2].map(() => {
        const answer = job({ thread_id: first.jobId, resume: { decisions: [{ type: 'approve' }] } });
        const { input_payload: _, ...data } = answer.event.data as JsonObject;
        return { ...answer, event: { ...answer.event, data } };
      });
      for (const answer of answers) await world.publish(answer);
      const results = (await Promise.all(answers.map(({ jobId }) => resultOf(jobId)))).filter(isJsonObject);
      // Two answers sent at once run side by side: which of them counts is not promised.
      const counted = results.filter((each) => each['result'] !== undefined);
      const refused = results.filter((each) => each['error'] !== undefined);
      expect(counted).toMatchObject([{ result: { status: 'completed', output: 'Done.' } }]);
      expect(refused).toMatchObject([{ error: { code: 'INVALID_EVENT' } }]);
    });
  });
});

describeServers('pages of other origins', (servers) => {
  const { worker } = withWorker(servers, {
    API_TOKEN: 'a token of some length',
    CORS_ORIGINS: 'https://chat.example.com',
  });

  const ask = (origin: string, method = 'GET', headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${worker.url}/info`, { method, headers: { Origin: origin, ...headers } });

  test('that are named may call, with any header, and read refusals too', async () => {
    const asked = await ask('https://chat.example.com', 'OPTIONS', {
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type,x-api-key',
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-headers')).toBe('content-type,x-api-key');
    const refused = await ask('https://chat.example.com');
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([
      401,
      'https://chat.example.com',
    ]);
  });

  test('others read nothing', async () => {
    const answer = await ask('https://elsewhere.example.com');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a stream may be read, and a key stand for the token, as the SDK sends it', async () => {
    const client = new Client({ apiUrl: worker.url, apiKey: 'a token of some length' });
    const run = await client.runs.create(null, 'agent', {
      input: says({ text: 'Hello.' }),
      config: configOf(definition()),
    });
    const stream = await fetch(`${worker.url}/runs/${run.run_id}/stream`, {
      headers: { Origin: 'https://chat.example.com', 'X-Api-Key': 'a token of some length' },
    });
    expect(stream.headers.get('access-control-allow-origin')).toBe('https://chat.example.com');
    expect(await stream.text()).toContain('Hello.');
  });
});
