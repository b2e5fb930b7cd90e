/** `npm run golden`: writes what every example becomes, to be read as a diff before it is committed. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { goldenCases, orphanedGoldens, renderExample, root } from './cases.ts';

for (const orphan of await orphanedGoldens()) {
  await rm(join(root, orphan));
  console.log(`removed ${orphan}`);
}
for (const each of await goldenCases()) {
  const target = join(root, each.golden);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, await renderExample(each));
  console.log(each.golden);
}
