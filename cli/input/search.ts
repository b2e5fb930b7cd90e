import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import ignorePatterns from 'ignore';
import { closest } from '../../command-line/closest.ts';
import { reasonOf } from '../../command-line/failure.ts';
import { STDIN } from '../../command-line/read-text.ts';
import type { Finding } from '../output/findings.ts';

/** The files of a path, and what of it cannot be looked at. */
export interface Searched {
  readonly files: readonly string[];
  readonly findings: readonly Finding[];
}

/** The path itself, or every YAML file below it. Patterns of what to ignore are seen from the folder, as in its .gitignore. */
export async function searched(path: string, ignore: readonly string[]): Promise<Searched> {
  if (path === STDIN) return { files: [path], findings: [] };
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return { files: [path], findings: [] };
    const isIgnored = ignoring(ignore);
    const { files, findings } = await yamlFilesIn(path, (below, end) =>
      isIgnored(relative(path, below) + end),
    );
    return files.length + findings.length > 0
      ? { files, findings }
      : { files, findings: [{ file: path, path: '', message: 'has no YAML file in it' }] };
  } catch (error) {
    const message = `cannot be read: ${reasonOf(error)}${await nearby(path)}`;
    return { files: [], findings: [{ file: path, path: '', message, call: true }] };
  }
}

/** Whether a path is ignored by the patterns, which are those of a .gitignore. A folder's path ends in a slash. */
export function ignoring(patterns: readonly string[]): (path: string) => boolean {
  if (patterns.length === 0) return () => false;
  const rules = ignorePatterns().add([...patterns]);
  return (path) => rules.ignores(path);
}

/** Which of these files are templates of a Helm chart that is among them: what is in them is no YAML before Helm has run. */
export function templatesAmong(paths: readonly string[]): (path: string) => boolean {
  const charts = paths.filter((path) => basename(path) === 'Chart.yaml').map((path) => dirname(path));
  const folders = charts.map((chart) => `${join(chart, 'templates')}/`);
  return (path) => folders.some((folder) => join(path).startsWith(folder));
}

/** What lies beside a path that is not there and is nearly called so. */
async function nearby(path: string): Promise<string> {
  const names: readonly string[] = await readdir(dirname(path)).catch(() => []);
  const meant = names.includes(basename(path)) ? undefined : closest(basename(path), names);
  return meant === undefined ? '' : `; did you mean ${join(dirname(path), meant)}?`;
}

/**
 * A pipe, a socket or a device is none, whatever link leads to it: whoever reads one waits until somebody writes. A link that leads
 * nowhere is read, so that this is said.
 */
async function mayBeFile(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return stat(path).then(
    (found) => found.isFile() || found.isDirectory(),
    () => true,
  );
}

/** Hidden folders and node_modules hold no claims. */
async function yamlFilesIn(
  folder: string,
  isIgnored: (path: string, end: '' | '/') => boolean,
): Promise<Searched> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    entries
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry): Promise<Searched> => {
        const path = join(folder, entry.name);
        if (!entry.isDirectory()) {
          const isWanted =
            /\.ya?ml$/.test(entry.name) && !isIgnored(path, '') && (await mayBeFile(entry, path));
          return { files: isWanted ? [path] : [], findings: [] };
        }
        if (entry.name.startsWith('.') || entry.name === 'node_modules' || isIgnored(path, '/'))
          return { files: [], findings: [] };
        return yamlFilesIn(path, isIgnored).catch((error: unknown) => ({
          files: [],
          findings: [{ file: path, path: '', message: `cannot be read: ${reasonOf(error)}` }],
        }));
      }),
  );
  return {
    files: nested.flatMap(({ files }) => files),
    findings: nested.flatMap(({ findings }) => findings),
  };
}
