import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at, text } from '../../functions/composition/read.ts';
import { names } from '../../package/release.ts';
import { root } from '../engine/install.ts';
import { until } from '../engine/until.ts';
import { program } from '../tools/programs.ts';
import { gone, isTrue } from './claims.ts';
import type { Kubectl, Ref } from './kubectl.ts';
import { run } from './shell.ts';
import type { Registry } from './world.ts';

/** Where packages say that they are; a mirror says where they really are. */
const repository = 'ghcr.io/bizmatters';

export const configuration: Ref = { of: 'configuration.pkg.crossplane.io/bizmatters-zerotouch' };
const functionPackage: Ref = { of: 'function.pkg.crossplane.io/bizmatters-function-zerotouch' };

/** The version that the story begins with and the next, both of this moment, so that no registry has them yet. */
export interface Versions {
  readonly first: string;
  readonly next: string;
}

export function newVersions(): Versions {
  const seconds = Math.floor(Date.now() / 1000);
  return { first: `v0.1.0-e2e.${seconds}`, next: `v0.1.1-e2e.${seconds}` };
}

/** The same with the version that an earlier run has left installed, if there is one. */
export async function keptVersions(cluster: Kubectl): Promise<Versions | undefined> {
  const installed = text(at(await cluster.find(configuration).catch(() => undefined), 'spec', 'package'));
  const first = installed.split(':').at(-1);
  return first ? { ...newVersions(), first } : undefined;
}

/** The workers' image of a version, as the cluster pulls it. */
export function workerImage({ pull }: Registry, version: string): string {
  return `${pull}/${names.worker}:${version}`;
}

/** Gives the workers' image of a version another tag in the registry. */
export async function tagAs({ push }: Registry, version: string, tag: string): Promise<void> {
  await run(await program('crane'), ['tag', `${push}/${names.worker}:${version}`, tag]);
}

/** Builds a version from a checkout, and pushes it, with the commands that everybody uses. */
export async function publish({ push }: Registry, version: string, checkout = root): Promise<void> {
  await inFolder(async (out) => {
    const how = { cwd: checkout, seconds: 900 };
    await run('npm', ['run', 'build', '--', '--version', version, '--out', out], how);
    await run('npm', ['run', 'push', '--', push, '--from', out], how);
  });
}

/** Applies `package/install` with this version in its tags and the mirror component, and waits until it is what runs. */
export async function install(cluster: Kubectl, { pull }: Registry, version: string): Promise<void> {
  await withInstall(pull, version, (folder) => cluster.run(['apply', '-k', folder]));
  for (const [ref, name] of [
    [functionPackage, names.function],
    [configuration, names.configuration],
  ] as const) {
    const wanted = `${repository}/${name}:${version}`;
    await until(
      `${wanted} is healthy`,
      async () => {
        const live = await cluster.get(ref);
        return text(at(live, 'status', 'currentIdentifier')) === wanted && isTrue(live, 'Healthy');
      },
      { seconds: 180, every: 500 },
    );
  }
}

/** Removes everything of ours, as docs/install.md says: a Function that is still depended on would come back. */
export async function removePackages(cluster: Kubectl): Promise<void> {
  for (const ref of [configuration, functionPackage]) {
    await cluster.remove(ref);
    await gone(cluster, ref, 120);
  }
  const remove = ['delete', '--ignore-not-found', '--wait=false', '-k'];
  await withInstall('registry.example/any', 'v0.0.0', (folder) => cluster.run([...remove, folder]));
}

/** A copy of `package/` below which a kustomization adds the mirror, with the two changes that its page asks for. */
async function withInstall<T>(
  pull: string,
  version: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  return inFolder(async (folder) => {
    for (const part of ['install', 'cluster']) {
      await cp(join(root, 'package', part), join(folder, part), { recursive: true });
    }
    await edit(join(folder, 'install', 'packages.yaml'), /:v\d+\.\d+\.\d+$/gm, `:${version}`);
    await edit(join(folder, 'install', 'mirror', 'image-config.yaml'), /registry\.example\/\w+/g, pull);
    const kustomization = { resources: ['install'], components: ['install/mirror'] };
    await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
    return work(folder);
  });
}

async function edit(path: string, what: RegExp, by: string): Promise<void> {
  const before = await readFile(path, 'utf8');
  const after = before.replaceAll(what, by);
  if (after === before) throw new Error(`cannot edit ${path}: ${what.source} is not in it`);
  await writeFile(path, after);
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'zerotouch-packages-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
