import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REFUSED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { Failure, reasonOf } from '../../command-line/failure.ts';
import { appliedByCrossplane } from '../../render/difference/applied-changes.ts';
import { printed } from '../../render/documents.ts';
import type { Platform } from '../../render/platform.ts';
import type { LoadedClaim } from '../input/claims.ts';
import type { InputOptions } from './render-claims.ts';
import { renderClaims } from './render-claims.ts';

/** How a program is started. */
type Start = readonly [file: string, ...args: string[]];

/**
 * The program of another release: its one file, its npm package as a file, a checkout of it, or its version, whose package npx
 * then fetches. Throws a Failure when it is none of these.
 */
export async function programOf(release: string): Promise<Start> {
  if (/^v?\d+\.\d+\.\d+(-[\w.-]+)?$/.test(release))
    return fetched(release, packageOf(release.replace(/^v/, '')));
  const found = await stat(release).catch((error: unknown) => {
    throw new Failure(
      `cannot find release ${release}: expected a version such as v0.2.0, or a path: ${reasonOf(error)}`,
      REFUSED,
      { cause: error },
    );
  });
  if (found.isDirectory()) return [process.execPath, join(release, 'cli/main.ts')];
  return release.endsWith('.tgz') ? fetched(release, release) : [process.execPath, release];
}

/** Where a release has its package. By name npx would ask npm, where anybody may take a name that nobody has. */
export function packageOf(version: string): string {
  return `https://github.com/bizmatters/zerotouch/releases/download/v${version}/zerotouch-${version}.tgz`;
}

/** A package that npx has, or gets; what it could not get would look like a difference otherwise. */
async function fetched(release: string, name: string): Promise<Start> {
  const [file, ...args] = ['npx', '--yes', '--package', name, 'zerotouch'] as const;
  const tried = await promisify(execFile)(file, [...args, '--version']).then(
    () => undefined,
    (error: { readonly stderr?: string }) => error.stderr ?? '',
  );
  if (tried === undefined) return [file, ...args];
  const [why = 'npx does not say why'] = tried.match(/(?<=^npm error (?!code |A complete log)).+/gm) ?? [];
  throw new Failure(`cannot get release ${release} by npx: ${why}`, REFUSED);
}

/** Runs the other release on the same terminal, and answers with its exit code. */
export async function runRelease([file, ...args]: Start, more: readonly string[]): Promise<ExitCode> {
  const child = spawn(file, [...args, ...more], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(new Failure(`cannot run the other release: ${reasonOf(error)}`, REFUSED, { cause: error })),
    );
    child.on('exit', (code) => resolve(code === 0 || code === 1 ? code : REFUSED));
  });
}

/**
 * Renders the claims by this release, as if a cluster had applied what it composes, and has the other release say what it would
 * change at that.
 */
export async function compareReleases(
  start: Start,
  platform: Platform,
  claims: readonly LoadedClaim[],
  { options, args }: { readonly options: InputOptions; readonly args: readonly string[] },
): Promise<ExitCode> {
  const { rendered } = await renderClaims(platform, { claims, secrets: [] }, options);
  const objects = rendered.flatMap(({ outcome }) =>
    outcome.composed.map(({ object }) => appliedByCrossplane(object)),
  );
  const folder = await mkdtemp(join(tmpdir(), 'zerotouch-release-'));
  try {
    const file = join(folder, 'objects.yaml');
    await writeFile(file, printed(objects), { mode: 0o600 });
    return await runRelease(start, ['diff', '--observed-resources', file, ...args]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
