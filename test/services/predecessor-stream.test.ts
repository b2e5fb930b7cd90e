import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';
import { problems } from '../worker/told.ts';

const token = 'a token of some length';
const page = 'https://chat.example.com';

describeServers('the WebSocket of deepagents-runtime', (servers) => {
  let world: World;
  let worker: WorkerProcess;
  beforeAll(async () => {
    world = await createWorld(servers);
    worker = await world.worker({ API_TOKEN: token, CORS_ORIGINS: page });
    await worker.ready();
  });
  afterAll(() => world.close());

  const headers = { Authorization: `Bearer ${token}` };
  const invoke = async (what: Script): Promise<string> => {
    const answer = await fetch(`${worker.url}/deepagents-runtime/invoke`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ agent_definition: { ...definition(), user_request: script(what) } }),
    });
    return ((await answer.json()) as { thread_id: string }).thread_id;
  };
  const open = (thread: string, options: object = { headers }, protocols: string[] = []): WebSocket =>
    new WebSocket(
      `${worker.url.replace('http', 'ws')}/deepagents-runtime/stream/${thread}`,
      protocols,
      options,
    );
  /** Everything that is said until the worker closes, as the AsyncAPI document has it. */
  const listen = async (socket: WebSocket) => {
    const events: JsonObject[] = [];
    socket.on('message', (data: Buffer) => events.push(JSON.parse(data.toString()) as JsonObject));
    const [code] = (await once(socket, 'close')) as [number];
    for (const event of events) expect(problems('predecessor', 'payload', event)).toEqual([]);
    return { code, events, types: events.map(({ event_type }) => event_type) };
  };
  /** The status and words with which it is refused. */
  const refused = async (socket: WebSocket) => {
    socket.on('error', () => {});
    const [, response] = (await once(socket, 'unexpected-response')) as [
      unknown,
      NodeJS.ReadableStream & { statusCode: number },
    ];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return [response.statusCode, text] as const;
  };

  test('tells a job from its start to its one end, with what has become of it before, and closes', async () => {
    const thread = await invoke({ latencyMs: 1_000, tokens: 5 });
    const { code, events, types } = await listen(open(thread));
    expect(code).toBe(1000);
    expect(types.filter((type) => type === 'end')).toHaveLength(1);
    expect(types.slice(-2)).toEqual(['on_state_update', 'end']);
    expect(types).toContain('on_llm_stream');
    expect(events.at(-2)).toMatchObject({
      data: { messages: [{}, {}], files: {}, result: { status: 'completed' } },
    });
    expect(events.at(-1)).toEqual({ event_type: 'end', data: {} });
    expect((await listen(open(thread))).events).toEqual(events);
  });

  test('tells why a job failed', async () => {
    const { events } = await listen(open(await invoke({ fail: { status: 400, times: 99 } })));
    expect(events.slice(-2)).toMatchObject([
      {
        event_type: 'error',
        data: { error: { code: expect.any(String) as string }, context: 'execution_failed' },
      },
      { event_type: 'end', data: {} },
    ]);
  });

  test.each([
    { reason: 'without a token', options: {}, status: 401, says: 'bearer token' },
    {
      reason: 'with a wrong one',
      options: { headers: { Authorization: 'Bearer x' } },
      status: 401,
      says: 'bearer',
    },
    {
      reason: 'of a page elsewhere',
      options: { headers, origin: 'https://elsewhere.example.com' },
      status: 403,
      says: 'CORS_ORIGINS',
    },
    { reason: 'to a job that is not there', options: { headers }, status: 404, says: 'there is no job' },
  ])('refuses one $reason', async ({ options, status, says }) => {
    const [got, text] = await refused(open(randomUUID(), options));
    expect([got, text]).toEqual([status, expect.stringContaining(says)]);
  });

  test('takes the token of a page as a protocol, from an origin that may call', async () => {
    const thread = await invoke({ text: 'Hello.' });
    const carried = `base64url.bearer.authorization.${Buffer.from(token).toString('base64url')}`;
    const socket = open(thread, { origin: page }, ['deepagents-runtime', carried]);
    expect((await listen(socket)).types.at(-1)).toBe('end');
    expect(socket.protocol).toBe('deepagents-runtime');
  });

  test('hangs up on whoever says more than a listener has to say', async () => {
    const socket = open(await invoke({ latencyMs: 10_000, text: 'Late.' }));
    await once(socket, 'open');
    socket.send('x'.repeat(2_000));
    expect((await listen(socket)).code).toBe(1009);
  });

  test('an ordinary request is told that it is a WebSocket', async () => {
    const answer = await fetch(`${worker.url}/deepagents-runtime/stream/x`, { headers });
    expect([answer.status, answer.headers.get('upgrade')]).toEqual([426, 'websocket']);
  });

  test('a worker that stops says so, and ends', async () => {
    const socket = open(await invoke({ latencyMs: 10_000, text: 'Late.' }));
    await once(socket, 'open');
    worker.signal('SIGTERM');
    expect((await listen(socket)).code).toBe(1001);
    expect(await worker.exited()).toBe(0);
  });
});
