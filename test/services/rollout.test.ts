import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Modules } from '../../package/bundle.ts';
import { bundledProgram, programs } from '../../package/programs.ts';
import { readMigrations } from '../../worker/migrate.ts';
import { unharmed } from '../faults/account.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { createWorld } from '../servers/world.ts';
import { rollOver } from '../soak/roll-over.ts';

/** Writes a worker as its image has it, with one more migration when there is a text of it. */
async function install(folder: string, files: Modules['files'], more?: string): Promise<string> {
  const { bundle, beside } = programs.worker;
  await cp(beside.source, join(folder, beside.name), { recursive: true });
  for (const [name, content] of files) await writeFile(join(folder, name), content);
  const next = String((await readMigrations()).length + 1).padStart(4, '0');
  if (more !== undefined) await writeFile(join(folder, beside.name, `${next}_next.sql`), more);
  return join(folder, bundle);
}

describeServers('a version whose schema only adds something, and the one before it', (servers) => {
  let folder: string;
  let present: string;
  let next: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-rollout-'));
    const { files } = await bundledProgram(programs.worker);
    present = await install(join(folder, 'present'), files);
    next = await install(
      join(folder, 'next'),
      files,
      `-- additive\nALTER TABLE agent_jobs ADD COLUMN next text NOT NULL DEFAULT 'none';\n`,
    );
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
