import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition, doubleTool } from '../servers/job.ts';
import { pythonNats, pythonSdk } from '../servers/python-sdk.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';

const run = promisify(execFile);
const examples = join(import.meta.dirname, '../../examples/clients');
const token = 'a token of some length';
const request = script({ text: 'Honey.' });

describeServers('examples/clients', (servers) => {
  let world: World;
  let worker: WorkerProcess;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-clients-'));
    await writeFile(join(folder, 'agent.json'), JSON.stringify(definition()));
    const asks = definition([doubleTool]);
    const [node] = asks['nodes'] as { config: object }[];
    Object.assign(node?.config ?? {}, { interrupt_on: { double: ['approve'] } });
    await writeFile(join(folder, 'asks.json'), JSON.stringify(asks));
    world = await createWorld(servers);
    worker = await world.worker({ API_TOKEN: token });
    await worker.ready();
  });
  afterAll(async () => {
    await Promise.all([world.close(), rm(folder, { recursive: true })]);
  });

  const example = async (program: string, name: string, ...own: string[]) => {
    const env = {
      PATH: process.env['PATH'],
      NATS_URL: servers.nats,
      NATS_SUBJECT_PREFIX: world.names.prefix,
      WORKER_URL: worker.url,
      API_TOKEN: token,
    };
    const asked = own.length > 0 ? own : [join(folder, 'agent.json'), request];
    const args = [join(examples, name), ...asked];
    const { stdout, stderr } = await run(program, args, { env, timeout: 50_000 });
    return { result: JSON.parse(stdout) as JsonObject, stderr };
  };

  test('publish.ts', async () => {
    const { result } = await example(process.execPath, 'publish.ts');
    expect(result).toMatchObject({ result: { status: 'completed', output: 'Honey.' } });
  });

  test('publish.py', async () => {
    const { result } = await example(await pythonNats(), 'publish.py');
    expect(result).toMatchObject({ result: { status: 'completed', output: 'Honey.' } });
  });

  test.each(['answer.ts', 'answer.py'])('%s', async (name) => {
    const [definitionFile, said] = [
      join(folder, 'asks.json'),
      script({ rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'Eight.' }),
    ];
    const { result: asked } = await example(process.execPath, 'publish.ts', definitionFile, said);
    const { job_id: thread, result } = asked as { job_id: string; result: { interrupts: { id: string }[] } };
    const program = name.endsWith('.py') ? await pythonNats() : process.execPath;
    const question = result.interrupts[0]?.id ?? '';
    const { result: done } = await example(program, name, thread, 'approve', question);
    expect(done).toMatchObject({ result: { status: 'completed', output: 'Eight.' } });
  });

  test('stream.ts', async () => {
    const { result, stderr } = await example(process.execPath, 'stream.ts');
    expect(result).toMatchObject({ output: 'Honey.' });
    expect(stderr).toContain('Honey.');
  });

  test('stream.py', async () => {
    const { result, stderr } = await example(await pythonSdk(), 'stream.py');
    expect(result).toMatchObject({ output: 'Honey.' });
    expect(stderr).toContain('Honey.');
  });

  test('follow.sh', async () => {
    const { result, stderr } = await example('bash', 'follow.sh');
    expect(result).toMatchObject({ status: 'completed', result: { output: 'Honey.' } });
    expect(stderr).toContain('on_llm_stream');
    expect(stderr.trim().split('\n').at(-1)).toBe('end');
  });
});
