import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../command-line/run.ts';
import { worker } from '../../worker/program.ts';
import { definition, doubleTool } from '../servers/job.ts';
import { runWorker } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';

async function called(...args: string[]) {
  let output = '';
  const code = await runProgram(worker, args, {
    colors: false,
    print: (text) => (output += text),
    say: (line) => (output += `${line}\n`),
  });
  return { code, output };
}

describe('the command line', () => {
  test.each([
    { args: ['migrate', '--wait', 'long'], says: '--wait: expected a whole number' },
    { args: ['migrate', '--wait=-1'], says: '--wait: expected a whole number' },
    { args: ['migrate', 'now'], says: 'expected no arguments, got now' },
    { args: ['serve', '--wait', '1'], says: '--wait is no flag of this command' },
    { args: ['--wait', '1'], says: '--wait is no flag of this command' },
    { args: ['migrat'], says: 'got migrat; did you mean migrate?' },
    { args: ['run', 'a.json'], says: 'expected --input TEXT' },
    { args: ['run', 'a.json', 'Hi'], says: 'expected DEFINITION.json|yaml, got a.json Hi' },
    { args: ['run', '--input', 'Hi'], says: 'expected DEFINITION.json' },
    { args: ['validate'], says: 'expected DEFINITION.json' },
  ])('$args', async ({ args, says }) => {
    const { code, output } = await called(...args);
    expect(output).toContain(says);
    expect(code).toBe(2);
  });

  test.each(Object.keys(worker.root.kind === 'group' ? worker.root.members : {}))(
    '%s explains itself',
    async (name) => {
      const { code, output } = await called(name, '--help');
      expect(output).toMatch(new RegExp(`^Usage: worker ${name}`));
      expect(code).toBe(0);
    },
  );
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
