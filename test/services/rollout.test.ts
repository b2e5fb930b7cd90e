import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { programs } from '../../package/programs.ts';
import { readMigrations } from '../../worker/migrate.ts';
import { unharmed } from '../faults/account.ts';
import { installWorker } from '../servers/bundled-worker.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { createWorld } from '../servers/world.ts';
import { rollOver } from '../soak/roll-over.ts';

/** Copies an installed worker, with one more migration. */
async function installNext(present: string, folder: string): Promise<string> {
  await cp(dirname(present), folder, { recursive: true });
  const number = String((await readMigrations()).length + 1).padStart(4, '0');
  const sql = `-- additive\nALTER TABLE agent_jobs ADD COLUMN next text NOT NULL DEFAULT 'none';\n`;
  await writeFile(join(folder, programs.worker.beside.name, `${number}_next.sql`), sql);
  return join(folder, basename(present));
}

describeServers('a version whose schema only adds something, and the one before it', (servers) => {
  let folder: string;
  let present: string;
  let next: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-rollout-'));
    present = await installWorker(join(folder, 'present'));
    next = await installNext(present, join(folder, 'next'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('take turns under many jobs, and none of them fails for it', async () => {
    const world = await createWorld(servers, { LEASE_DURATION: '10s' }, present);
    try {
      const found = await rollOver(world, { before: present, after: next }, 40);
      expect(found).toMatchObject({ ...unharmed, refusals: [] });
    } finally {
      await world.close();
    }
  }, 600_000);
});
