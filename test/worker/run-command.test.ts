import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAgent } from '../../cli/templates/agent.ts';
import { freePorts } from '../tools/ports.ts';
import { runWorker } from '../servers/worker.ts';

describe('a first run', () => {
  let dir: string;
  let file: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'first-run-'));
    file = join(dir, 'helper.json');
    await writeFile(file, newAgent('helper'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  test('wants no key with the demo model, calls the tool and says how long it took', async () => {
    const { code, output } = await runWorker(['run', file, '--demo', '--input', 'Hello there']);
    expect(output).toContain('→ word_count {"text":"demo"}');
    expect(output).toContain('Its tools answered: 1');
    expect(output).toMatch(/\d+\.\d s, \d+ tokens in, \d+ out/);
    expect(code, output).toBe(0);
  });

  test('reads YAML, scripts beside it and the input from files, and gives the agent files', async () => {
    const yaml = join(dir, 'agent.yaml');
    const definition = JSON.parse(newAgent('helper')) as { tool_definitions: { runtime: object }[] };
    const [tool] = definition.tool_definitions;
    if (tool !== undefined) tool.runtime = { kind: 'quickjs', script_file: 'count.js' };
    await writeFile(yaml, `# as YAML\n${JSON.stringify(definition)}`);
    await writeFile(
      join(dir, 'count.js'),
      'export default (_, { files }) => ({ content: files["/note.txt"], update: { files: { "/out.txt": "done" } } });',
    );
    await writeFile(join(dir, 'note.txt'), 'from a file');
    const out = join(dir, 'out');
    const run = [
      'run',
      yaml,
      '--demo',
      '--input-file',
      join(dir, 'note.txt'),
      '--file',
      join(dir, 'note.txt'),
    ];
    const { code, output } = await runWorker([...run, '--output-dir', out]);
    expect(output).toContain('You said: \\"from a file\\". Its tools answered: from a file');
    expect(await readFile(join(out, 'out.txt'), 'utf8')).toBe('done');
    expect(code, output).toBe(0);
  });

  test('says of a model that is not there where it asked and why not, and when it tries again', async () => {
    const [port] = await freePorts(1);
    const url = `http://127.0.0.1:${port}/v1`;
    const { code, output } = await runWorker(
      ['run', file, '--model', 'any', '--model-url', url, '--input', 'Hi'],
      { RETRY_PATIENCE: '2s' },
    );
    expect(output).toMatch(
      new RegExp(`attempt failed: cannot reach the model server: .*ECONNREFUSED.* \\(model: ${url}\\)`),
    );
    expect(output).toMatch(/trying again in \d+ s; Ctrl-C ends it/);
    expect(output).toContain('MODEL_UNAVAILABLE');
    expect(code).toBe(1);
  });

  test('wants one input', async () => {
    const { code, output } = await runWorker(['run', file, '--demo']);
    expect(output).toContain('expected --input TEXT, or --input-file FILE');
    expect(code).toBe(2);
  });
});
