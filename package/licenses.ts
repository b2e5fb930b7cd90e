import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Licences that ask for no more than to be named, by their SPDX identifiers. */
const accepted: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Unlicense',
]);

/** A package of npm that is part of a bundle. */
export interface BundledPackage {
  /** Its folder below the root of the repository, by which the lockfile knows it. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** SPDX identifier; empty when it names none. */
  readonly license: string;
  /** The text that must go with every copy; empty when the package has none. */
  readonly text: string;
}

/**
 * Reads the packages of a bundle.
 *
 * @param folders paths below `root`: `node_modules/pg`
 * @throws naming every package whose licence has not been accepted
 */
export async function bundledPackages(root: string, folders: readonly string[]): Promise<BundledPackage[]> {
  const packages = await Promise.all(folders.map((folder) => read(root, folder)));
  const refused = packages.filter(({ license }) => !accepted.has(license));
  if (refused.length > 0) {
    const list = refused.map(({ name, version, license }) => `${name} ${version} (${license || 'none'})`);
    throw new Error(`cannot bundle packages under licences nobody has accepted: ${list.join(', ')}`);
  }
  return packages;
}

/** What the packages in a bundle ask to be handed on with it: one after another, by name. */
export function notices(packages: readonly BundledPackage[]): string {
  const sections = packages.map(({ name, version, license, text }) =>
    `${name} ${version} (${license})\n\n${text.trim()}`.trim(),
  );
  return `${sections.toSorted().join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

async function read(root: string, folder: string): Promise<BundledPackage> {
  const path = join(root, folder);
  const manifest = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const file = (await readdir(path)).toSorted().find((name) => /^licen[cs]e(\.(md|txt))?$/i.test(name));
  return {
    folder,
    name: manifest.name,
    version: manifest.version,
    license: manifest.license ?? '',
    text: file === undefined ? '' : await readFile(join(path, file), 'utf8'),
  };
}
