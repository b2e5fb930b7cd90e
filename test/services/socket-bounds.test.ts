import { once } from 'node:events';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';

/** As worker/http/sockets.ts has it. */
const MOST = 1_000;

describeServers('the WebSockets of a worker', (servers) => {
  let world: World;
  let worker: WorkerProcess;
  beforeAll(async () => {
    world = await createWorld(servers);
    worker = await world.worker();
    await worker.ready();
  });
  afterAll(() => world.close());

  const invoke = async (what: Script): Promise<string> => {
    const answer = await fetch(`${worker.url}/deepagents-runtime/invoke`, {
      method: 'POST',
      body: JSON.stringify({ agent_definition: { ...definition(), user_request: script(what) } }),
    });
    return ((await answer.json()) as { thread_id: string }).thread_id;
  };
  const socket = (thread: string): WebSocket =>
    new WebSocket(`${worker.url.replace('http', 'ws')}/deepagents-runtime/stream/${thread}`);
  const opened = async (thread: string): Promise<WebSocket> => {
    const one = socket(thread);
    await once(one, 'open');
    return one;
  };
  const refusal = async (thread: string): Promise<number | undefined> => {
    const [, response] = (await once(socket(thread), 'unexpected-response')) as [
      unknown,
      { statusCode?: number },
    ];
    return response.statusCode;
  };
  const watchers = async (): Promise<number> => {
    const metrics = await (await fetch(`${worker.url}/metrics`)).text();
    return Number(/^deepagents_runtime_stream_watchers (\d+)$/m.exec(metrics)?.[1]);
  };

  test('one that takes nothing in is hung up on, and another beside it hears all that is said', async () => {
    const thread = await invoke({ latencyMs: 60_000, tokens: 200 });
    const [stuck, reader] = [await opened(thread), await opened(thread)];
    const said: string[] = [];
    reader.on('message', (data: Buffer) => said.push(data.toString()));
    // It reads no ping either.
    stuck.pause();
    await until('it is hung up on', async () => (await watchers()) === 1, { seconds: 50 });
    expect(await world.status(thread)).toBe('running');
    await once(reader, 'close');
    expect(JSON.parse(said.at(-1) ?? '')).toMatchObject({ event_type: 'end' });
    expect(said.join('')).toContain('word199');
    stuck.terminate();
  }, 240_000);

  test('so many may listen at once, the next is refused until one of them leaves', async () => {
    const thread = await invoke({ latencyMs: 600_000 });
    const all: WebSocket[] = [];
    while (all.length < MOST)
      all.push(...(await Promise.all(Array.from({ length: 50 }, () => opened(thread)))));
    expect(await watchers()).toBe(MOST);
    expect(await refusal(thread)).toBe(503);
    expect((await fetch(`${worker.url}/health`)).status).toBe(200);
    all.pop()?.close();
    await until('one has left', async () => (await watchers()) === MOST - 1);
    all.push(await opened(thread));
    for (const one of all) one.terminate();
    await until('all are gone', async () => (await watchers()) === 0);
  }, 240_000);
});
