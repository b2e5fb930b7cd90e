import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeServers } from '../servers/describe-servers.ts';
import { definition } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { read } from '../structure/sources.ts';

const token = 'a token of some length';

describeServers('docs/clients.md', (servers) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(servers);
  });
  afterAll(() => world.close());

  test('its program talks to a worker, but for the address', async () => {
    const worker = await world.worker({ API_TOKEN: token });
    await worker.ready();
    const [, written = ''] = /```ts\n([\s\S]*?)```/.exec(read('docs/clients.md')) ?? [];
    // In the checkout, where the program finds the SDK.
    const folder = await mkdtemp(join(import.meta.dirname, 'page-'));
    try {
      await writeFile(join(folder, 'agent.json'), JSON.stringify(definition()));
      const program = written.replace('http://localhost:8080', worker.url);
      await writeFile(join(folder, 'program.mts'), program);
      const env = { ...process.env, API_TOKEN: token };
      const { stdout } = await promisify(execFile)(process.execPath, ['program.mts'], { cwd: folder, env });
      expect(new Set(stdout.trim().split('\n'))).toEqual(new Set(['metadata', 'values', 'messages']));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
