import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCommand } from '../../worker/command-line.ts';
import { definition, doubleTool } from '../servers/job.ts';
import { runWorker } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';
import { type ModelServer, startModelServer } from '../stubs/model-server.ts';

describe('the command line', () => {
  test.each([
    { args: [], expected: { kind: 'serve' } },
    { args: ['migrate'], expected: { kind: 'migrate', waitSeconds: 120 } },
    { args: ['migrate', '--wait', '0'], expected: { kind: 'migrate', waitSeconds: 0 } },
    { args: ['migrate', '--wait', 'long'], expected: { kind: 'mistake' } },
    { args: ['migrate', '--wait=-1'], expected: { kind: 'mistake' } },
    { args: ['serve', '--wait', '1'], expected: { kind: 'mistake' } },
    { args: ['ensure-stream'], expected: { kind: 'ensure-stream' } },
    { args: ['validate', 'a.json'], expected: { kind: 'validate', file: 'a.json' } },
    {
      args: ['run', 'a.json', '--input', 'Hi', '--model-url', 'http://x'],
      expected: { kind: 'run', file: 'a.json', input: 'Hi', modelUrl: 'http://x' },
    },
    // As npm hands it on when `--` was forgotten.
    { args: ['run', 'a.json', 'Hi'], expected: { kind: 'run', file: 'a.json', input: 'Hi' } },
    { args: ['run', 'a.json', 'Hi', 'http://x'], expected: { kind: 'mistake' } },
    { args: ['--help'], expected: { kind: 'help' } },
    { args: ['run', '--help'], expected: { kind: 'help' } },
    { args: ['dance'], expected: { kind: 'mistake' } },
    { args: ['migrate', 'now'], expected: { kind: 'mistake' } },
    { args: ['serve', '--input', 'x'], expected: { kind: 'mistake' } },
    { args: ['run', 'a.json'], expected: { kind: 'mistake' } },
    { args: ['validate'], expected: { kind: 'mistake' } },
  ])('$args', ({ args, expected }) => {
    expect(readCommand(args)).toMatchObject(expected);
  });

  test.each(['serve', 'migrate', 'ensure-stream', 'run', 'validate'])('%s explains itself', (name) => {
    const help = readCommand([name, '--help']);
    expect(help).toMatchObject({ kind: 'help', text: expect.stringContaining(`worker ${name}`) as string });
  });
});

describe('commands that need no server', () => {
  let dir: string;
  let model: ModelServer;
  let file: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'worker-commands-'));
    file = join(dir, 'agent.json');
    await writeFile(file, JSON.stringify(definition([doubleTool])));
    model = await startModelServer();
  });
  afterAll(async () => {
    await model.close();
    await rm(dir, { recursive: true });
  });

  test('run: live events, then the result', async () => {
    const input = script({ rounds: [[{ tool: 'double', args: { n: 21 } }]], text: 'It is 42.' });
    const { code, output } = await runWorker(['run', file, '--input', input, '--model-url', model.url]);
    expect(code, output).toBe(0);
    expect(output).toContain('→ double');
    expect(output).toContain('← double');
    expect(output).toContain('"output": "It is 42."');
  });

  test('run: a job that fails says why, and so does the exit status', async () => {
    const input = script({ fail: { status: 400, times: 9, message: 'no such model' } });
    const { code, output } = await runWorker(['run', file, '--input', input, '--model-url', model.url]);
    expect(code).toBe(1);
    expect(output).toContain('MODEL_REFUSED');
  });

  test('run: without a model it says what to set', async () => {
    const { code, output } = await runWorker(['run', file, '--input', 'Hi']);
    expect(code).toBe(2);
    expect(output).toContain('set OPENAI_API_KEY or ANTHROPIC_API_KEY, or give --model-url');
  });

  test('validate: a definition that is right, and one that is wrong in two places', async () => {
    const env = { OPENAI_API_KEY: 'x' };
    expect((await runWorker(['validate', file], env)).code).toBe(0);
    const wrong = join(dir, 'wrong.json');
    await writeFile(wrong, JSON.stringify({ ...definition(), version: 1, nodes: [] }));
    const { code, output } = await runWorker(['validate', wrong], env);
    expect(code).toBe(1);
    expect(output).toContain('version');
    expect(output).toContain('nodes');
  });

  test.each([
    { reason: 'a file that is not there', name: 'missing.json', text: undefined },
    { reason: 'a file that is no JSON', name: 'broken.json', text: '{' },
  ])('$reason is the user’s mistake', async ({ name, text }) => {
    const path = join(dir, name);
    if (text !== undefined) await writeFile(path, text);
    const { code, output } = await runWorker(['validate', path]);
    expect(code).toBe(2);
    expect(output).toContain(`cannot read ${path}`);
  });
});
