import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, inject } from 'vitest';
import type { Architecture } from '../../package/image/debian.ts';
import { names } from '../../package/release.ts';
import { program } from '../tools/programs.ts';
import { containerObstacle } from './container.ts';
import type { Packages } from './setup.ts';
import { versions } from './versions.ts';

const run = promisify(execFile);

/** A group of tests of what was built: skipped by name when it cannot be built here. */
export function describePackages(name: string, define: (packages: Packages) => void): void {
  const packages = inject('packages');
  // oxlint-disable-next-line vitest/valid-title -- the title is the caller's
  describe.skipIf(packages === null)(name, () => {
    if (packages !== null) define(packages);
  });
}

/** As `describePackages`, of what runs an image: skipped by name where that cannot be done. */
export function describeContainers(name: string, define: (packages: Packages) => void): void {
  describePackages(name, (packages) => {
    if (containerObstacle !== undefined && process.env['CI']) throw new Error(containerObstacle);
    // oxlint-disable-next-line vitest/valid-title -- it is the reason, as the reporter shows it
    describe.skipIf(containerObstacle !== undefined)(containerObstacle ?? 'as user 65532, read-only', () => {
      define(packages);
    });
  });
}

/** Runs crane and gives what it printed. */
export async function crane(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(await program('crane'), args, { maxBuffer: 64 << 20 });
  return stdout.trim();
}

/** The name of what was pushed, in the version of this checkout. */
export function pushed({ repository }: Packages, name: keyof typeof names): string {
  return `${repository}/${names[name]}:${versions.now}`;
}

/** Pulls an image by its name and unpacks its root file system, as a container runtime would. */
export async function pullRootfs(image: string, architecture: Architecture, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const tar = join(folder, '..', `${architecture}.tar`);
  await crane('export', '--platform', `linux/${architecture}`, image, tar);
  await run('tar', [
    '--extract',
    '--preserve-permissions',
    '--same-owner',
    '--file',
    tar,
    '--directory',
    folder,
  ]);
  return folder;
}
