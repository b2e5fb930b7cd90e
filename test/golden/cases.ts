import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import { isObject } from '../../functions/composition/schema.ts';
import { documentsOf, printed } from '../../render/documents.ts';
import { loadPlatform, offerOf } from '../../render/platform.ts';
import { renderClaim } from '../../render/render-claim.ts';
import { placeholderWorld } from '../../render/reconcile/world.ts';
import { readYaml } from '../../render/yaml/read.ts';

export const root = join(import.meta.dirname, '../..');

/** An example, and the golden file that says what it becomes. */
export interface GoldenCase {
  /** `<kind>/<case>`. */
  readonly name: string;
  readonly example: string;
  readonly golden: string;
}

/** Every claim in `examples/<kind>/`, found by its place; the folders are those of `functions/kinds/<kind>/`. */
export async function goldenCases(): Promise<GoldenCase[]> {
  const kindFolders = (await readdir(join(root, 'functions/kinds'), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const found = await Promise.all(
    kindFolders.map(async (kind) =>
      (await readdir(join(root, 'examples', kind)))
        .filter((file) => file.endsWith('.yaml') && !/\.(observed|required)\.yaml$/.test(file))
        .map((file) => ({
          name: `${kind}/${basename(file, '.yaml')}`,
          example: join('examples', kind, file),
          golden: join('test/golden', kind, file),
        })),
    ),
  );
  return found.flat().toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

export const platform = await loadPlatform(root, kinds);

/**
 * What the example becomes with the inputs beside it: the bytes of `crossplane composition render --xrd -x -r`.
 * Throws when it does not render.
 */
export async function renderExample({ example }: GoldenCase): Promise<string> {
  const beside = example.replace(/\.yaml$/, '');
  const [[claim], observed, required] = await Promise.all([
    objects(example),
    objects(`${beside}.observed.yaml`, true),
    objects(`${beside}.required.yaml`, true),
  ]);
  const offer = claim === undefined ? undefined : offerOf(platform, claim);
  if (claim === undefined || offer === undefined) throw new Error(`${example} is not a claim`);
  const rendering = renderClaim(platform, offer, claim, { observed, required, world: placeholderWorld() });
  if (rendering.kind === 'refused') throw new Error(`${example}: ${JSON.stringify(rendering.problems)}`);
  const options = { includeFullXr: true, includeFunctionResults: true };
  return printed(documentsOf(rendering.claim, rendering.outcome, options));
}

async function objects(path: string, optional = false): Promise<JsonObject[]> {
  try {
    const text = await readFile(join(root, path), 'utf8');
    return readYaml(text)
      .map(({ value }) => value)
      .filter(isObject);
  } catch (error) {
    if (optional && error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Golden files whose example is gone. */
export async function orphanedGoldens(): Promise<string[]> {
  const known = new Set((await goldenCases()).map(({ golden }) => golden));
  const all = await readdir(join(root, 'test/golden'), { recursive: true });
  return all
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => join('test/golden', path))
    .filter((path) => !known.has(path));
}
