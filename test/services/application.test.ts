import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, object, text } from '../../functions/composition/read.ts';
import { variables } from '../../worker/env.ts';
import { app, document, root } from '../gitops/repositories.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';

const run = promisify(execFile);
const agents = join(root, app, 'agents');
const given = Object.entries(
  object(at(document(`${app}/compose.yaml`), 'services', 'worker', 'environment')),
).map(([name, value]) => [name, text(value)] as const);

describeServers('the repository of an application', (servers) => {
  let world: World;
  let worker: WorkerProcess;
  beforeAll(async () => {
    world = await createWorld(servers);
    const { DATABASE_URL = '', ...elsewhere } = world.env;
    const { hostname, port, username, password, pathname } = new URL(DATABASE_URL);
    // As compose.yaml starts it, but for where the servers are here and what only the image has.
    worker = await world.worker({
      ...Object.fromEntries(given),
      ...elsewhere,
      POSTGRES_HOST: hostname,
      POSTGRES_PORT: port,
      POSTGRES_DB: pathname.slice(1),
      POSTGRES_USER: username,
      POSTGRES_PASSWORD: password,
      DRAGONFLY_PASSWORD: '',
      OPENAI_API_KEY: 'none',
      AGENTS_DIR: agents,
      DATABASE_URL: '',
    });
    await worker.ready();
  });
  afterAll(() => world.close());

  test('gives its worker variables that a worker reads', () => {
    expect(given.map(([name]) => name).filter((name) => !(name in variables))).toEqual([]);
  });

  test('has tests that pass on a worker with its agents, and ask one of them', async () => {
    const env = {
      PATH: process.env['PATH'],
      WORKER_URL: worker.url,
      API_TOKEN: Object.fromEntries(given)['API_TOKEN'],
      OPENAI_API_KEY: 'none',
      QUESTION: script({ text: 'Six.' }),
    };
    const file = join(root, app, 'tests/worker.test.ts');
    const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', file], { env });
    expect(stdout).toMatch(/^# pass 3$/m);
    expect(stdout).toMatch(/^# skipped 0$/m);
  });

  test('has tests that fail where an agent is missing', async () => {
    const other = await world.worker({ API_TOKEN: 'another' });
    await other.ready();
    const env = { PATH: process.env['PATH'], WORKER_URL: other.url, API_TOKEN: 'another' };
    const file = join(root, app, 'tests/worker.test.ts');
    await expect(run(process.execPath, ['--test', file], { env })).rejects.toMatchObject({
      stdout: expect.stringContaining('helper is missing'),
    });
  });
});
