/**
 * `npm run golden:keep`: keeps today's golden files as those of the version in package.json. Done once
 * for each release, when nothing of it will change any more; upgrade.test.ts then holds later versions to them.
 */
import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { goldenCases, root } from '../golden/cases.ts';

const folder = join(import.meta.dirname, 'released', `v${manifest.version}`);
await rm(folder, { recursive: true, force: true });
for (const { name, golden } of await goldenCases()) {
  const target = join(folder, `${name}.yaml`);
  await mkdir(dirname(target), { recursive: true });
  await cp(join(root, golden), target);
}
console.log(folder);
