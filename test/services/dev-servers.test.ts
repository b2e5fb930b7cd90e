import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { script } from '../stubs/model-script.ts';

const root = join(import.meta.dirname, '../..');

describeServers('worker dev with a model and with the servers of the environment', (servers) => {
  let world: World;
  let folder: string;
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-dev-servers-'));
    await writeFile(join(folder, 'bees.json'), JSON.stringify(definition()));
    world = await createWorld(servers);
  });
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await Promise.all([world.close(), rm(folder, { recursive: true })]);
  });

  /** Starts the command with these variables; gives its address and how to end it. */
  const dev = async (env: Readonly<Record<string, string>>, ...flags: readonly string[]) => {
    const args = [join(root, 'worker/main.ts'), 'dev', join(folder, 'bees.json'), '--port', '0', ...flags];
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until('it says where it is', async () => said.includes('/ui#/start'), { describe: () => said });
    const end = async (): Promise<void> => {
      child.kill('SIGINT');
      await once(child, 'exit');
    };
    return { url: /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '', said: () => said, end };
  };

  const send = async (url: string, path: string, body: JsonObject): Promise<JsonObject> => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as JsonObject;
  };
  const read = async <T>(url: string, path: string) => (await (await fetch(`${url}${path}`)).json()) as T;
  const say = (url: string, path: string, content: string) =>
    send(url, path, { assistant_id: 'bees', input: { messages: [{ role: 'user', content }] } });
  const lastWords = (values: JsonObject) => {
    const { messages } = values;
    if (!Array.isArray(messages)) throw new Error(`expected messages, got ${JSON.stringify(values)}`);
    return (messages.at(-1) as JsonObject)['content'];
  };

  test('--model and OPENAI_BASE_URL: the server there answers, by that model', async () => {
    const { url, said, end } = await dev({ OPENAI_BASE_URL: world.model.url }, '--model', 'of-my-own');
    expect(lastWords(await say(url, '/runs/wait', script({ text: 'Wax.' })))).toBe('Wax.');
    expect(world.model.last()?.model).toBe('of-my-own');
    expect(said()).not.toContain('demo');
    await end();
  });

  test('NATS_URL: jobs are kept by the servers, and are still there when the command is run again', async () => {
    const first = await dev(world.env);
    const { thread_id } = await send(first.url, '/threads', {});
    const path = `/threads/${thread_id as string}/runs/wait`;
    expect(lastWords(await say(first.url, path, script({ text: 'One.' })))).toBe('One.');
    await first.end();
    const second = await dev(world.env);
    const [run] = await read<JsonObject[]>(second.url, `/threads/${thread_id as string}/runs`);
    expect(await world.status(run?.['run_id'] as string)).toBe('completed');
    const { values } = await read<{ values: JsonObject }>(
      second.url,
      `/threads/${thread_id as string}/state`,
    );
    expect(lastWords(values)).toBe('One.');
    expect(lastWords(await say(second.url, path, script({ text: 'Two.' })))).toBe('Two.');
    await second.end();
  });
});
