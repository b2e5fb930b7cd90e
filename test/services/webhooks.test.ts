import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client } from '@langchain/langgraph-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';

const key = Buffer.alloc(32, 7);
const config = { configurable: { agent_definition: definition() } };
const says = (what: Script) => ({ messages: [{ role: 'user', content: script(what) }] });

interface Call {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function signatureOf({ headers, body }: Call): string {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

describeServers('the webhook of a run', (servers) => {
  const calls: Call[] = [];
  /** What the receiver answers on a path; 200 on others. */
  const answers = new Map<string, number>();
  let receiver: Server;
  let address: string;
  let world: World;
  let worker: WorkerProcess;
  let client: Client;
  let env: Record<string, string>;

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      const path = request.url ?? '';
      void text(request).then((body) => {
        calls.push({ path, headers: request.headers, body });
        response.writeHead(answers.get(path) ?? 200, { Location: '/elsewhere' }).end('thanks');
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    world = await createWorld(servers);
    env = {
      WEBHOOK_SECRET: `whsec_${key.toString('base64')}`,
      WEBHOOK_ALLOWED_URLS: `${address}/*`,
    };
    worker = await world.worker(env);
    await worker.ready();
    client = new Client({ apiUrl: worker.url });
  });
  afterAll(async () => {
    await world.close();
    receiver.close();
  });

  const run = (path: string, what: Script, more: { afterSeconds?: number } = {}) =>
    client.runs.create(null, 'agent', { input: says(what), config, webhook: address + path, ...more });
  const callsOf = (path: string) => calls.filter((one) => one.path === path);
  const called = (path: string, times = 1) =>
    until(`${path} is called`, async () => callsOf(path)[times - 1], { seconds: 40 });
  const told = async (path: string) => JSON.parse((await called(path)).body) as JsonObject;

  test('is called once, signed, with the run and what it has made of its thread', async () => {
    const { run_id, thread_id } = await run('/done', { text: 'Done.' });
    const body = await told('/done');
    expect(body).toMatchObject({ run_id, thread_id, status: 'success', error: null });
    const { messages } = body['values'] as { messages: JsonObject[] };
    expect(messages.at(-1)).toMatchObject({ type: 'ai', content: 'Done.' });
    const [call] = callsOf('/done');
    expect(call?.headers['webhook-id']).toBe(run_id);
    expect(call?.headers['webhook-signature']).toBe(call && signatureOf(call));
    await run('/later', { text: 'Later.' });
    await called('/later');
    expect(callsOf('/done')).toHaveLength(1);
  });

  test('is told why a run failed', async () => {
    await run('/failed', { fail: { status: 400, times: 99 } });
    expect(await told('/failed')).toMatchObject({ status: 'error', error: { error: 'MODEL_REFUSED' } });
  });

  test('is called for a run that is cancelled before it begins', async () => {
    const { run_id, thread_id } = await run('/cancelled', {}, { afterSeconds: 600 });
    await client.runs.cancel(thread_id, run_id);
    expect(await told('/cancelled')).toMatchObject({ run_id, status: 'interrupted' });
  });

  test('that does not take the call is called again, by another worker where the first has died', async () => {
    answers.set('/broken', 302);
    const { run_id } = await run('/broken', { text: 'Done.' });
    await called('/broken');
    worker.signal('SIGKILL');
    answers.set('/broken', 200);
    worker = await world.worker(env);
    await worker.ready();
    client = new Client({ apiUrl: worker.url });
    const again = await called('/broken', 2);
    expect(again.headers['webhook-id']).toBe(run_id);
    expect(again.headers['webhook-signature']).toBe(signatureOf(again));
    expect(callsOf('/elsewhere'), 'where it points to is not called').toEqual([]);
  });

  test('is refused where it is not allowed', async () => {
    const ask = (webhook: string) => client.runs.create(null, 'agent', { input: says({}), config, webhook });
    await expect(ask('https://example.com/')).rejects.toThrow(/422.*WEBHOOK_ALLOWED_URLS/);
    const without = await world.worker();
    await without.ready();
    client = new Client({ apiUrl: without.url });
    await expect(ask(`${address}/unsigned`)).rejects.toThrow(/422.*WEBHOOK_SECRET/);
  });
});
