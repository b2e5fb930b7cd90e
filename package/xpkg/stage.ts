import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { dump, load } from 'js-yaml';
import { compatible, functionName, names } from '../release.ts';
import type { Release } from '../release.ts';

/** A Configuration's meta file, as far as a build changes it. */
interface ConfigurationMeta {
  readonly spec: {
    readonly dependsOn: readonly { readonly package: string; readonly version: string }[];
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** A Composition, as far as a build changes it. */
interface Composition {
  readonly spec: {
    readonly pipeline: readonly { readonly functionRef: { readonly name: string } }[];
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** The file that says what a package is. */
const meta = 'crossplane.yaml';

/**
 * Puts into an empty folder all that the Configuration package is made of, and nothing else: `crossplane xpkg build` takes
 * in every YAML file that it finds below.
 */
export async function stageConfiguration(root: string, folder: string, release: Release): Promise<void> {
  await mkdir(join(folder, 'xrds'), { recursive: true });
  await mkdir(join(folder, 'compositions'));
  const description = load(await readFile(join(root, meta), 'utf8')) as ConfigurationMeta;
  await writeYaml(join(folder, meta), dependingOn(description, release));
  for (const path of await yamlFiles(join(root, 'xrds'))) {
    await writeFile(join(folder, 'xrds', basename(path)), await readFile(path));
  }
  for (const path of await yamlFiles(join(root, 'compositions'))) {
    const composition = load(await readFile(path, 'utf8')) as Composition;
    await writeYaml(
      join(folder, 'compositions', basename(path)),
      calling(composition, functionName(release)),
    );
  }
}

/** Puts into a folder the smallest example of each kind of claim. */
export async function stageExamples(root: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const kind of await readdir(join(root, 'examples'))) {
    const example = await readFile(join(root, 'examples', kind, 'minimal.yaml')).catch(() => undefined);
    if (example !== undefined) await writeFile(join(folder, `${kind}.yaml`), example);
  }
}

/** Puts into an empty folder what the Function package is made of besides its image. */
export async function stageFunction(root: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, meta), await readFile(join(root, 'package', 'function.yaml')));
}

function dependingOn(description: ConfigurationMeta, release: Release): ConfigurationMeta {
  const [dependency, ...others] = description.spec.dependsOn;
  if (!dependency || others.length > 0) {
    throw new Error(`cannot stage ${meta}: expected one entry in spec.dependsOn, the Function`);
  }
  const ours = {
    ...dependency,
    package: `${release.repository}/${names.function}`,
    version: compatible(release),
  };
  return { ...description, spec: { ...description.spec, dependsOn: [ours] } };
}

function calling(composition: Composition, name: string): Composition {
  const pipeline = composition.spec.pipeline.map((step) => ({ ...step, functionRef: { name } }));
  return { ...composition, spec: { ...composition.spec, pipeline } };
}

async function yamlFiles(folder: string): Promise<string[]> {
  const found = await readdir(folder);
  return found.filter((name) => name.endsWith('.yaml')).map((name) => join(folder, name));
}

async function writeYaml(path: string, content: object): Promise<void> {
  await writeFile(path, dump(content));
}
