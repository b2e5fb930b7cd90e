import { chmod, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundledPackages, notices } from '../licenses.ts';
import { bundledProgram, programFile } from './bundle.ts';

/** What package.json of the npm package says; the rest of ours is about a checkout. */
function manifestOf(version: string, ours: { readonly description: string; readonly license: string }) {
  return {
    name: 'zerotouch',
    version,
    description: ours.description,
    license: ours.license,
    type: 'module',
    bin: { zerotouch: `dist/${programFile}` },
    engines: { node: '>=20.11' },
    files: ['dist', 'schemas', 'THIRD-PARTY-LICENSES'],
  };
}

/** Writes the npm package, unpacked, into an empty folder. Answers the size of the program in bytes. */
export async function writePackage(root: string, folder: string, version: string): Promise<number> {
  const { files, packages } = await bundledProgram(version, { oneFile: false });
  const dist = join(folder, 'dist');
  await mkdir(dist, { recursive: true });
  for (const [name, content] of files) await writeFile(join(dist, name), content);
  const ours = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Parameters<
    typeof manifestOf
  >[1];
  const licenses = notices(await bundledPackages(root, packages));
  await writeFile(
    join(folder, 'package.json'),
    `${JSON.stringify(manifestOf(version, ours), undefined, 2)}\n`,
  );
  await writeFile(join(folder, 'THIRD-PARTY-LICENSES'), licenses);
  await cp(join(root, 'schemas'), join(folder, 'schemas'), { recursive: true });
  await writeFile(join(folder, 'LICENSE'), await readFile(join(root, 'LICENSE')));
  await writeFile(join(folder, 'README.md'), await readFile(join(import.meta.dirname, 'README.md')));
  await letEverybodyRead(folder);
  return [...files.values()].reduce((sum, { length }) => sum + length, 0);
}

/** npm packs files with the modes that they have, which would be those of whoever builds. */
async function letEverybodyRead(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
}
