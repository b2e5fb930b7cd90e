import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json, JsonObject, Kind } from '../functions/composition/contract.ts';
import { at, list, text } from '../functions/composition/read.ts';
import type { Definition } from './schema/definition.ts';
import { readDefinition } from './schema/definition.ts';
import { readYaml } from './yaml/read.ts';

/** One kind of claim with everything that a reconcile of it needs. */
export interface Offer {
  readonly definition: Definition;
  readonly composition: { readonly name: string; readonly step: string };
}

/** What an installed platform offers, and the function behind it. */
export interface Platform {
  readonly kinds: readonly Kind[];
  readonly offers: readonly Offer[];
}

/** A file of a package, read. */
export interface DefinitionFile {
  readonly path: string;
  readonly value: Json;
}

/** The files that say what a platform offers. */
export interface Definitions {
  readonly xrds: readonly DefinitionFile[];
  readonly compositions: readonly DefinitionFile[];
}

/**
 * Reads `xrds/` and `compositions/` below the root into a platform; see `platformOf`. Throws when a file cannot be read.
 */
export async function loadPlatform(
  root: string,
  kinds: readonly Kind[],
  otherXrd?: string,
): Promise<Platform> {
  return platformOf(
    await readDefinitions(root),
    kinds,
    otherXrd === undefined ? undefined : await readDefinitionFile(otherXrd),
  );
}

/** `xrds/` and `compositions/` below the root. Throws when a file cannot be read. */
export async function readDefinitions(root: string): Promise<Definitions> {
  const [xrds, compositions] = await Promise.all([
    readFolder(join(root, 'xrds')),
    readFolder(join(root, 'compositions')),
  ]);
  return { xrds, compositions };
}

/**
 * A platform of these definitions. An XRD given besides takes the place of the one of its kind. Throws when an XRD has no
 * Composition with a pipeline of one step.
 */
export function platformOf(
  { xrds, compositions }: Definitions,
  kinds: readonly Kind[],
  otherXrd?: DefinitionFile,
): Platform {
  const own = xrds.map(definitionIn);
  const other = otherXrd === undefined ? [] : [definitionIn(otherXrd)];
  const definitions = [
    ...own.filter(({ group, kind }) => !other.some((each) => each.group === group && each.kind === kind)),
    ...other,
  ];
  return {
    kinds,
    offers: definitions.map((definition) => ({
      definition,
      composition: compositionOf(definition, compositions),
    })),
  };
}

/** The offer of the object's kind, if it is a claim that the platform knows. */
export function offerOf(platform: Platform, claim: JsonObject): Offer | undefined {
  return platform.offers.find(
    ({ definition }) => definition.apiVersion === claim.apiVersion && definition.kind === claim.kind,
  );
}

/** The code behind a definition, if there is some. */
export function kindOf(platform: Platform, { apiVersion, kind }: Definition): Kind | undefined {
  return platform.kinds.find((each) => each.apiVersion === apiVersion && each.kind === kind);
}

async function readFolder(folder: string): Promise<DefinitionFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).toSorted();
  return Promise.all(names.map((name) => readDefinitionFile(join(folder, name))));
}

/** The first document of a file with a definition. Throws when it cannot be read. */
async function readDefinitionFile(path: string): Promise<DefinitionFile> {
  return definitionFile(path, await readFile(path, 'utf8'));
}

/** The first document in the text of a file with a definition. Throws when it is no YAML. */
export function definitionFile(path: string, text: string): DefinitionFile {
  return { path, value: readYaml(text)[0]?.value ?? null };
}

function definitionIn({ path, value }: DefinitionFile): Definition {
  try {
    return readDefinition(value);
  } catch (error) {
    throw new Error(`cannot read the XRD in ${path}: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
}

function compositionOf(
  definition: Definition,
  compositions: readonly DefinitionFile[],
): Offer['composition'] {
  const found = compositions.find(
    ({ value }) =>
      at(value, 'spec', 'compositeTypeRef', 'apiVersion') === definition.apiVersion &&
      at(value, 'spec', 'compositeTypeRef', 'kind') === definition.kind &&
      ['', text(at(value, 'metadata', 'name'))].includes(definition.composition),
  );
  const pipeline = list(at(found?.value, 'spec', 'pipeline'));
  const [step] = pipeline;
  if (found === undefined || step === undefined || pipeline.length !== 1)
    throw new Error(`cannot compose ${definition.kind}: no Composition of one step is there for it`);
  return { name: text(at(found.value, 'metadata', 'name')), step: text(at(step, 'step')) };
}
