import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SignJWT, UnsecuredJWT, exportJWK, exportSPKI, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../worker/json.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition, testJob } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';

/** In everything that the first tenant makes. */
const MARK = 'only-of-ada';
const tokens = {
  ada: 'the token of ada, long',
  bob: 'the token of bob, long',
  eve: 'the token of eve, long',
};
const operator = 'the token of an operator';

/** An issuer of signed tokens, with its keys where OpenID has them. */
async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' };
  const server: Server = createServer(({ url }, response) => {
    const { port } = server.address() as AddressInfo;
    const isKeys = url === '/keys';
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(isKeys ? { keys: [jwk] } : { jwks_uri: `http://127.0.0.1:${port}/keys` }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, publicKey, privateKey, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describeServers('tenants', (servers) => {
  let world: World;
  let worker: WorkerProcess;
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  beforeAll(async () => {
    issuer = await startIssuer();
    world = await createWorld(servers);
    worker = await world.worker({
      API_TOKEN: operator,
      API_TOKENS: JSON.stringify({ ...tokens, eve: { token: tokens.eve, scopes: ['read'] } }),
      JWT_ISSUERS: JSON.stringify([{ issuer: issuer.url, audience: 'agents' }]),
    });
    await worker.ready();
  });
  afterAll(async () => {
    issuer.server.close();
    await world.close();
  });

  const as = (token: string) => async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${worker.url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    return { status: response.status, text, json: () => JSON.parse(text) as JsonObject };
  };
  const [ada, bob, eve, admin] = [as(tokens.ada), as(tokens.bob), as(tokens.eve), as(operator)];
  const runOf = (text: string): JsonObject => ({
    assistant_id: 'agent',
    if_not_exists: 'create',
    input: { messages: [{ role: 'user', content: script({ text }) }] },
    config: { configurable: { agent_definition: definition() } },
  });

  /** One of everything. */
  async function makeAll() {
    const thread_id = `thread-${randomUUID()}`;
    await ada('POST', '/threads', { thread_id, metadata: { owner: MARK } });
    await ada('POST', `/threads/${thread_id}/runs/wait`, runOf(MARK));
    const runs = (await ada('GET', `/threads/${thread_id}/runs`)).json() as unknown as JsonObject[];
    const history = (await ada('GET', `/threads/${thread_id}/history`)).json() as unknown as JsonObject[];
    const one = testJob({ text: MARK });
    await ada('POST', '/', one.event);
    const assistant = await ada('POST', '/assistants', {
      graph_id: 'agent',
      name: MARK,
      config: { configurable: { agent_definition: { ...definition(), name: MARK } } },
    });
    const cron = await ada('POST', '/runs/crons', {
      ...runOf(MARK),
      schedule: '0 0 1 1 *',
      metadata: { owner: MARK },
    });
    await ada('PUT', '/store/items', { namespace: ['notes'], key: 'one', value: { text: MARK } });
    return {
      thread_id,
      run_id: runs[0]?.['run_id'] as string,
      id: one.jobId,
      assistant_id: assistant.json()['assistant_id'] as string,
      cron_id: cron.json()['cron_id'] as string,
      checkpoint_id: (history[0]?.['checkpoint'] as JsonObject | undefined)?.['checkpoint_id'] as string,
    };
  }

  /** All that its maker sees of it. */
  const shown = (made: Awaited<ReturnType<typeof makeAll>>) =>
    Promise.all(
      [
        `/threads/${made.thread_id}`,
        `/threads/${made.thread_id}/runs`,
        `/threads/${made.thread_id}/history`,
        `/jobs/${made.id}`,
        '/jobs',
        `/assistants/${made.assistant_id}`,
        '/store/items?namespace=notes&key=one',
      ]
        .map(async (path) => (await ada('GET', path)).text)
        .concat(ada('POST', '/runs/crons/search', {}).then(({ text }) => text)),
    );

  test('see and change nothing of each other, on any route', async () => {
    const made = await makeAll();
    const before = await shown(made);
    expect(before.every((text) => text.includes(MARK) || text.includes(made.run_id))).toBe(true);
    const document = (await bob('GET', '/openapi.json')).json();
    const other = { job_id: made.id, trace_id: 'x', agent_definition: definition(), input_payload: { a: 1 } };
    const bodies: readonly Json[] = [
      {},
      { ...runOf('mine'), assistant_id: made.assistant_id, checkpoint_id: made.checkpoint_id },
      { ...runOf('mine'), if_not_exists: 'create' },
      {
        thread_id: made.thread_id,
        if_exists: 'do_nothing',
        ids: [made.thread_id],
        metadata: { owner: 'bob' },
      },
      { thread_id: made.id, assistant_id: made.assistant_id, graph_id: 'agent', name: 'bob', version: 1 },
      { namespace: ['notes'], key: 'one', value: { text: 'of bob' }, namespace_prefix: [] },
      { values: { messages: [] }, checkpoint: { checkpoint_id: made.checkpoint_id }, job_id: 'fork-of-bob' },
      other,
      { ...other, job_id: randomUUID(), thread_id: made.thread_id },
      { ...other, job_id: randomUUID(), thread_id: made.id },
      { ...other, job_id: made.thread_id },
      { job_id: randomUUID(), trace_id: 'x', thread_id: made.thread_id, resume: true },
      { job_id: randomUUID(), trace_id: 'x', agent: made.assistant_id, input_payload: { a: 1 } },
      { job_id: randomUUID(), trace_id: 'x', agent: MARK, input_payload: { a: 1 } },
      { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
    ];
    for (const [path, methods] of Object.entries(document['paths'] as Record<string, object>))
      for (const method of Object.keys(methods)) {
        const ids: Record<string, string> = { ...made, number: '1', file: 'page.js', namespace: 'x' };
        const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'x');
        for (const body of method === 'get' ? [undefined] : bodies) {
          const query = method === 'get' && path === '/store/items' ? '?namespace=notes&key=one' : '';
          const { status, text } = await bob(method.toUpperCase(), address + query, body);
          const asked = `${method} ${address}${query} with ${JSON.stringify(body)}: ${status} ${text}`;
          expect(text.replaceAll(`agent ${MARK} here`, ''), asked).not.toContain(MARK);
          expect(status, asked).not.toBe(500);
          const named = /\{(id|thread_id|run_id|assistant_id|cron_id)\}/.test(path);
          expect(named ? status : 400, asked).toBeGreaterThanOrEqual(400);
        }
      }
    expect(await shown(made)).toEqual(before);
  }, 300_000);

  test('an operator sees the jobs of all, and those of publishers, which no tenant does', async () => {
    const made = await makeAll();
    const one = testJob({ text: 'Of a publisher.' });
    await world.publish(one);
    await world.result(one.jobId);
    expect((await ada('GET', `/jobs/${one.jobId}`)).status).toBe(404);
    expect((await admin('GET', `/jobs/${one.jobId}`)).status).toBe(200);
    expect((await admin('GET', `/jobs/${made.id}`)).json()).toMatchObject({ tenant: 'ada' });
    expect((await admin('GET', `/threads/${made.thread_id}`)).text).toContain(MARK);
    expect((await ada('GET', '/dead-letters')).status).toBe(403);
    expect((await admin('GET', '/dead-letters')).status).toBe(200);
  });

  test('what goes on with a thread belongs to whom the thread does, whoever asks', async () => {
    const { thread_id, id } = await makeAll();
    for (const thread of [thread_id, id]) {
      const one = testJob({ text: 'More.' });
      const data = { ...(one.event['data'] as JsonObject), thread_id: thread };
      await world.publish({ ...one, event: { ...one.event, data } });
      await world.result(one.jobId);
      expect((await ada('GET', `/jobs/${one.jobId}`)).status, thread).toBe(200);
      expect((await ada('GET', `/threads/${thread}`)).text).toContain('More.');
      expect((await bob('GET', `/jobs/${one.jobId}`)).status).toBe(404);
    }
  });

  test('who may only look asks for nothing', async () => {
    expect((await eve('POST', '/runs', runOf('no'))).status).toBe(403);
    expect((await eve('POST', '/threads/search', {})).status).toBe(200);
    expect((await eve('GET', '/jobs')).status).toBe(200);
    expect((await eve('DELETE', '/threads/x')).text).toContain('does not allow to write');
    expect((await as('nobody')('GET', '/jobs')).status).toBe(401);
  });

  describe('by signed tokens', () => {
    const sign = (claims: Record<string, unknown>, more: { audience?: string; expires?: string } = {}) =>
      new SignJWT({ scope: 'agents:read agents:write', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuer((claims['iss'] as string | undefined) ?? issuer.url)
        .setAudience(more.audience ?? 'agents')
        .setExpirationTime(more.expires ?? '5m')
        .sign(issuer.privateKey);

    test('each subject is a tenant, with the scopes that its token has', async () => {
      const [one, two] = [as(await sign({ sub: 'one' })), as(await sign({ sub: 'two' }))];
      const { thread_id } = (await one('POST', '/threads', {})).json();
      expect((await one('GET', `/threads/${thread_id as string}`)).status).toBe(200);
      expect((await two('GET', `/threads/${thread_id as string}`)).status).toBe(404);
      const looking = as(await sign({ sub: 'one', scope: 'openid agents:read' }));
      expect((await looking('GET', `/threads/${thread_id as string}`)).status).toBe(200);
      expect((await looking('POST', '/threads', {})).status).toBe(403);
      const named = as(await sign({ sub: 'ada' }));
      expect((await named('POST', '/threads/count', {})).text, 'the same name elsewhere').toBe('0');
    });

    test('nobody is let in by one that is not what it should be', async () => {
      const claims = { sub: 'one', iss: issuer.url, aud: 'agents', scope: 'agents:read' };
      const shared = new TextEncoder().encode(await exportSPKI(issuer.publicKey));
      const refused = {
        'of another audience': await sign({ sub: 'one' }, { audience: 'others' }),
        'too old': await sign({ sub: 'one' }, { expires: '-5m' }),
        'of another issuer': await sign({ sub: 'one', iss: 'https://example.org' }),
        'without a subject': await sign({}),
        'without a signature': new UnsecuredJWT(claims).setExpirationTime('5m').encode(),
        'signed with what everybody knows': await new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', kid: 'one' })
          .setExpirationTime('5m')
          .sign(shared),
        'signed by another': await new SignJWT(claims)
          .setProtectedHeader({ alg: 'ES256', kid: 'one' })
          .setExpirationTime('5m')
          .sign((await generateKeyPair('ES256')).privateKey),
      };
      for (const [reason, token] of Object.entries(refused))
        expect((await as(token)('GET', '/jobs')).status, reason).toBe(401);
    });
  });
});
