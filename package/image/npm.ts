import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { execute } from '../execute.ts';
import { fetched } from './fetch.ts';
import { untar } from './untar.ts';
import type { PackedFile } from './untar.ts';

/**
 * The files of an npm package by their path from `/package/` on, fetched now or earlier with npm. None of its scripts runs.
 *
 * @param integrity as a lockfile has it, `sha512-…`
 */
export async function npmPackage(
  name: string,
  version: string,
  integrity: string,
): Promise<Map<string, PackedFile>> {
  const checksum = { algorithm: 'sha512', base64: integrity.replace(/^sha512-/, '') } as const;
  const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
  const archive = await fetched(file, checksum, (path) => npmPack(`${name}@${version}`, path));
  return untar(Readable.from([archive]).pipe(createGunzip()));
}

async function npmPack(name: string, path: string): Promise<void> {
  // Beside the target: a rename cannot leave a file system.
  const folder = await mkdtemp(join(dirname(path), 'npm-'));
  try {
    const { stdout } = await execute('npm', [
      'pack',
      name,
      '--loglevel',
      'error',
      '--pack-destination',
      folder,
    ]);
    await rename(join(folder, stdout.trim()), path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
