import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { list, object, text } from '../../functions/composition/read.ts';
import { readYaml } from '../../render/yaml/read.ts';

/**
 * The objects of package/cluster of this release, from the folder of a checkout; in a packaged program package/npm/embed.ts puts
 * what it holds in place of this file.
 */
export function ownClusterBase(): Promise<readonly JsonObject[]> {
  return readClusterBase(join(import.meta.dirname, '../..'));
}

/** The objects of `package/cluster` below the root. Throws when a file cannot be read. */
export async function readClusterBase(root: string): Promise<readonly JsonObject[]> {
  const folder = join(root, 'package/cluster');
  const [kustomization] = await objectsIn(join(folder, 'kustomization.yaml'));
  const files = list(kustomization?.resources).map((name) => objectsIn(join(folder, text(name))));
  return (await Promise.all(files)).flat();
}

async function objectsIn(path: string): Promise<readonly JsonObject[]> {
  return readYaml(await readFile(path, 'utf8')).map(({ value }) => object(value));
}
