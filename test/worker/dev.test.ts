import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { isFromHere } from '../../worker/http/hosts.ts';
import { until } from '../engine/until.ts';

const root = join(import.meta.dirname, '../..');

describe('worker dev', () => {
  let folder: string;
  let file: string;
  let child: ChildProcess;
  let url: string;
  let said = '';
  const agent = {
    name: 'bees',
    tool_definitions: [
      {
        name: 'count',
        description: 'Counts.',
        parameters: { type: 'object', properties: { n: { type: 'integer', minimum: 3 } } },
        runtime: { kind: 'quickjs', script: 'export default ({ n }) => `${n} hives`' },
      },
    ],
    nodes: [
      {
        id: 'main',
        type: 'Orchestrator',
        config: {
          name: 'main',
          system_prompt: 'You count.',
          model: { provider: 'openai', model: 'anything' },
          tools: ['count'],
        },
      },
    ],
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-dev-'));
    file = join(folder, 'bees.json');
    await writeFile(file, JSON.stringify(agent));
    // Nothing but Node: no server, no key.
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
    const args = [join(root, 'worker/main.ts'), 'dev', file, '--port', '0'];
    child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until('it says where it is', async () => said.includes('/ui#/start'), { describe: () => said });
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '';
  });
  afterAll(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  const ask = async (path: string, body: object): Promise<JsonObject> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as JsonObject;
  };
  const say = (content: string) => ({
    assistant_id: 'bees',
    input: { messages: [{ role: 'user', content }] },
  });
  const words = ({ messages }: JsonObject) =>
    (messages as { content: string }[]).map(({ content }) => content);

  test('serves the page, and a conversation by the demo model, which has no key', async () => {
    expect(await (await fetch(`${url}/ui`)).text()).toContain('<title>');
    const { thread_id } = await ask('/threads', {});
    const thread = `/threads/${thread_id as string}`;
    const path = `${thread}/runs/wait`;
    expect(words(await ask(path, say('How many?')))).toEqual([
      'How many?',
      '',
      '3 hives',
      expect.stringContaining('You said: "How many?". Its tools answered: 3 hives'),
    ]);
    expect(words(await ask(path, say('Again.')))).toHaveLength(8);
    expect(await (await fetch(`${url}${thread}/runs`)).json()).toHaveLength(2);
  });

  test('keeps crons, as a worker on servers does', async () => {
    const cron = { ...say('Good morning.'), schedule: '0 0 1 1 *' };
    const { next_run_date } = await ask('/runs/crons', cron);
    expect(next_run_date).toMatch(/-01-01T00:00:00.000Z$/);
    expect(await ask('/runs/crons/search', {})).toMatchObject([{ next_run_date }]);
  });

  test('goes on with what is saved, and says what is wrong with it', async () => {
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('hives', 'swarms'));
    await until('it has seen that', async () => said.includes('counts from the next message on'));
    expect(words(await ask('/runs/wait', say('How many?')))[2]).toBe('3 swarms');
    await writeFile(file, text.replace('"tools":["count"]', '"tools":["cuont"]'));
    await until('it has seen that', async () => said.includes('cuont'));
    const { problems } = await ask('/runs', say('How many?'));
    expect(problems).toMatchObject([{ path: expect.stringContaining('tools') }]);
    await writeFile(file, '{');
    expect(await ask('/runs', say('How many?'))).toMatchObject({
      error: expect.stringContaining('cannot read'),
    });
    await writeFile(file, text);
  });

  test('answers nobody who came by another name, or from a page of another', async () => {
    const from = async (headers: Record<string, string>) => (await fetch(`${url}/jobs`, { headers })).status;
    expect(await from({ Origin: 'https://example.org' })).toBe(403);
    expect(await from({ Origin: url })).toBe(200);
  });

  test('ends when it is told to', async () => {
    child.kill('SIGINT');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
  });
});

test.each([
  { host: '127.0.0.1:2024', origin: undefined, is: true, reason: 'a program on this machine' },
  { host: 'localhost:2024', origin: 'http://localhost:2024', is: true, reason: 'the page itself' },
  { host: 'localhost:2024', origin: 'http://localhost:3000', is: true, reason: 'a page that may call' },
  { host: 'example.org:2024', origin: undefined, is: false, reason: 'a name that was made to lead here' },
  { host: '127.0.0.1:2024', origin: 'https://example.org', is: false, reason: 'a form on another page' },
  { host: '127.0.0.1:2024', origin: 'null', is: false, reason: 'a frame without an origin' },
])('$host from $origin: $reason', ({ host, origin, is }) => {
  const headers = { host, ...(origin !== undefined && { origin }) };
  expect(isFromHere(['127.0.0.1', 'localhost'], ['http://localhost:3000'], { headers })).toBe(is);
});
