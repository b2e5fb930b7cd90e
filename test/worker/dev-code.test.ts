import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';

const root = join(import.meta.dirname, '../..');
const example = join(root, 'examples/agents-in-code/agents');

interface Started {
  readonly child: ChildProcess;
  readonly said: () => string;
}

/** `worker dev` with nothing but Node: no server, no key. */
function start(...args: string[]): Started {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  const all = [join(root, 'worker/main.ts'), 'dev', ...args, '--port', '0'];
  const child = spawn(process.execPath, all, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return { child, said: () => said };
}

test('agents in code are talked to by name, ask, and use the demo model where there is no key', async () => {
  const { said } = start('--agents', example);
  await until('it says where it is', async () => said().includes('/ui#/start'), { describe: said });
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said())?.[0] ?? '';
  const ask = async (path: string, body: object): Promise<JsonObject> => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as JsonObject;
  };
  const assistants = await ask('/assistants/search', {});
  expect(assistants).toMatchObject([{ name: 'agent' }, { name: 'librarian' }, { name: 'refunds' }]);

  const { thread_id } = await ask('/threads', {});
  const path = `/threads/${thread_id as string}/runs/wait`;
  const input = { order: 'C3', amount: 90 };
  const asking = await ask(path, { assistant_id: 'refunds', input });
  expect(asking).toMatchObject({
    ...input,
    __interrupt__: [{ value: { question: 'Refund 90 for order C3?' } }],
  });
  const refused = await ask(path, { assistant_id: 'refunds', command: { resume: false } });
  expect(refused).toEqual({ ...input, approved: false });

  const messages = [{ role: 'user', content: 'Where is Emma?' }];
  const answer = await ask('/runs/wait', { assistant_id: 'librarian', input: { messages } });
  expect(JSON.stringify(answer)).toContain('You said: \\"Where is Emma?\\"');
});

test.each([
  {
    reason: 'a folder without agents',
    args: ['--agents', root],
    says: 'langgraph.json: there is no such file',
  },
  { reason: 'neither', args: [], says: 'give either a DEFINITION or --agents FOLDER' },
  {
    reason: 'both',
    args: ['a.json', '--agents', example],
    says: 'give either a DEFINITION or --agents FOLDER',
  },
])('$reason is refused in words', async ({ args, says }) => {
  const { child, said } = start(...args);
  await once(child, 'close');
  expect(child.exitCode).toBe(2);
  expect(said()).toContain(says);
  expect(said()).not.toContain('    at ');
});
