import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Platform } from '../../render/platform.ts';
import { REFUSED } from '../../command-line/exit-code.ts';
import type { Sorted } from './claims.ts';
import { sortOut } from './claims.ts';
import { Failure } from '../../command-line/failure.ts';
import { joined, sourceOf } from './files.ts';
import type { Read } from './files.ts';
import { blobsIn } from './git-blobs.ts';
import { groupsOf } from './load.ts';
import type { Where } from './load.ts';
import { isInput } from './objects.ts';
import { ignoring, templatesAmong } from './search.ts';

const execute = promisify(execFile);

/** The claims of the same files and folders as they are in a Git revision; a file that it has not is no error. */
export async function loadRevision(
  platform: Platform,
  revision: string,
  paths: readonly string[],
  { namespace, ignore }: Where,
): Promise<Sorted> {
  const words = groupsOf(platform);
  const isIgnored = ignoring(ignore);
  const files = await Promise.all(paths.map((path) => filesAt(revision, path, words, isIgnored)));
  return sortOut(platform, joined(files.flat()), namespace);
}

async function filesAt(
  revision: string,
  path: string,
  words: readonly string[],
  isIgnored: (path: string) => boolean,
): Promise<Read[]> {
  const absolute = resolve(path);
  const folder = existingFolder(absolute);
  const [commit = ''] = (
    await git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
  ).split('\n');
  const prefix = await git(folder, ['rev-parse', '--show-prefix']);
  const inside = join(prefix.trimEnd(), relative(folder, absolute)).replace(/\/$/, '');
  const tree = ['ls-tree', '-r', '-z', '--full-tree', '--name-only', commit, '--', inside];
  const found = (await git(folder, tree)).split('\0');
  const names = found.filter((name) => isSearched(name, inside, isIgnored));
  const contents = await blobsIn(folder, commit, names);
  const isTemplate = templatesAmong(names);
  return names.map((name, index) =>
    sourceOf(`${revision}:${name}`, contents[index] ?? '', name === inside, isTemplate(name) ? [] : words),
  );
}

/** The folder itself, or the nearest one around a file, or around what is gone since. */
function existingFolder(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true ? path : existingFolder(dirname(path));
}

/** Whether the search through folders on disk would find the file too, or its path was given. */
function isSearched(name: string, inside: string, isIgnored: (path: string) => boolean): boolean {
  if (name === inside) return true;
  const below = inside === '.' ? name : name.slice(inside.length + 1);
  if (!/\.ya?ml$/.test(name) || isInput(name)) return false;
  return !/(^|\/)(\.[^/]*|node_modules)\//.test(below) && !isIgnored(below);
}

/** What git prints. Throws a Failure with its own words. */
async function git(folder: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execute('git', ['-C', folder, ...args], { maxBuffer: 64 * 2 ** 20 });
    return stdout;
  } catch (error) {
    throw new Failure(`cannot read the Git revision: ${gitReason(error, args)}`, REFUSED, {
      cause: error,
    });
  }
}

function gitReason(error: unknown, args: readonly string[]): string {
  if (!(error instanceof Error)) return 'git failed';
  if ('code' in error && error.code === 'ENOENT') return 'git is not installed';
  const said = 'stderr' in error ? String(error.stderr).trim() : '';
  if (said === '') return `there is no ${args.at(-1)?.replace('^{commit}', '') ?? 'such revision'}`;
  return said.split('\n')[0]?.replace(/^fatal: /, '') ?? said;
}
