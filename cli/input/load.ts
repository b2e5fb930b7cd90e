import { kinds } from '../../functions/kinds/registry.ts';
import type { DefinitionFile, Platform } from '../../render/platform.ts';
import { definitionFile, platformOf } from '../../render/platform.ts';
import { REFUSED } from '../../command-line/exit-code.ts';
import type { Sorted } from './claims.ts';
import { sortOut } from './claims.ts';
import { Failure, reasonOf } from '../../command-line/failure.ts';
import { readText } from '../../command-line/read-text.ts';
import { ownDefinitions } from './definitions.ts';
import { isTenantFile } from '../registry/tenants.ts';
import { readFiles } from './files.ts';
import { isInput } from './objects.ts';

/** The platform of this release, with the XRD that the user wants to try. */
export async function platformFor(xrd: string | undefined): Promise<Platform> {
  try {
    const other = xrd === undefined ? undefined : await xrdIn(xrd);
    return platformOf(await ownDefinitions(), kinds, other);
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(reasonOf(error), REFUSED, { cause: error });
  }
}

async function xrdIn(path: string): Promise<DefinitionFile> {
  try {
    return definitionFile(path, await readText(path));
  } catch (error) {
    throw new Failure(`cannot read the XRD in ${path}: ${reasonOf(error)}`, REFUSED, { cause: error });
  }
}

/** What the flags of a command say about where claims are. */
export interface Where {
  readonly namespace: string;
  readonly ignore: readonly string[];
}

/** The claims in the files and folders, everything else in them, and what is wrong with them. */
export async function loadClaims(
  platform: Platform,
  paths: readonly string[],
  { namespace, ignore }: Where,
): Promise<Sorted> {
  const read = await readFiles(paths, { words: groupsOf(platform), isNamed: isTenantFile, ignore });
  // Inputs lie beside claims in a folder. Whoever names one gets it read as what it says it is.
  const files = read.files.filter(({ path }) => paths.includes(path) || !isInput(path));
  return sortOut(platform, { ...read, files }, namespace);
}

/** The API groups of our claims: a file that names none of them holds none of them. */
export function groupsOf({ offers }: Platform): readonly string[] {
  return [...new Set(offers.map(({ definition }) => definition.group))];
}

/** What is in the files instead, where no claim is. */
export function noClaim({ others }: Sorted, paths: readonly string[]): string {
  const where = paths.join(', ');
  if (others.length === 0) return `${where}: there is no claim in it`;
  return `${where}: there is no claim in it, only ${counted(others)}`;
}

/** Kinds with how many there are of each: `2 ConfigMap, 1 Secret`. */
export function counted(kinds: readonly string[]): string {
  const counts = Map.groupBy(kinds, (kind) => kind);
  return [...counts].map(([kind, each]) => `${each.length} ${kind}`).join(', ');
}
