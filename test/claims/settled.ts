import fc from 'fast-check';
import { loadAll } from 'js-yaml';
import type { Json, JsonObject, Lookup, Observed, Response } from '../../functions/composition/contract.ts';
import { object, text } from '../../functions/composition/read.ts';
import { folderOf } from '../../generate/xrds.ts';
import { filesIn, read } from '../structure/sources.ts';
import { call, plain } from '../functions/call.ts';
import { arbitraryClaim } from './arbitrary.ts';

/** What is drawn in tests, to be recognised wherever it turns up. */
export const password = 'Zx9-plaintext-that-must-stay-in-Secret-data_';

/** A claim that nobody has seen before, and everything it asked for. */
export interface Settled {
  readonly response: Response;
  readonly required: Readonly<Record<string, Lookup>>;
}

/** What becomes of a new claim once everything that it asks for was looked up. */
export function settled(composite: JsonObject): Settled {
  const required = answers(call(composite));
  return { response: call(composite, { required, password }), required };
}

/** Every requirement answered: with an object store where one is asked for, and otherwise with nothing. */
function answers({ requirements }: Response): Record<string, Lookup> {
  return Object.fromEntries(
    Object.entries(requirements).map(([key, { kind }]) => [
      key,
      kind === 'ObjectStore' && key !== 'own-object-store'
        ? { spec: { configuration: { destinationPath: 's3://somewhere' } } }
        : null,
    ]),
  );
}

/** The composed resources as they would be observed. */
export function asObserved(response: Response): Record<string, Observed> {
  return Object.fromEntries(plain(response).resources.map(({ key, object }) => [key, objectIn(object)]));
}

/** A manifest as the JSON that it is. */
function objectIn(manifest: object): JsonObject {
  return JSON.parse(JSON.stringify(manifest)) as JsonObject;
}

/** Everything that 200 claims of the kind are composed of when they are new, and its examples when they are older. */
export function composedOf(kind: string): readonly JsonObject[] {
  const fresh = fc
    .sample(arbitraryClaim(kind), { seed: 20_261_121, numRuns: 200 })
    .flatMap((claim) => Object.values(asObserved(settled(claim).response)));
  const older = filesIn(`test/golden/${folderOf(kind)}/*.yaml`).flatMap((path) =>
    (loadAll(read(path)) as JsonObject[]).filter(isComposed),
  );
  return [...fresh, ...older];
}

function isComposed(rendered: JsonObject): boolean {
  const annotations = object(object(rendered.metadata).annotations);
  return annotations['crossplane.io/composition-resource-name'] !== undefined;
}

/** The kinds among the objects, as `[apiVersion, kind]`, each once. */
export function kindsOf(objects: readonly JsonObject[]): readonly (readonly [string, string])[] {
  const names = new Set(objects.map(({ apiVersion, kind }) => `${text(apiVersion)} ${text(kind)}`));
  return [...names].toSorted().map((name) => {
    const [apiVersion = '', kind = ''] = name.split(' ');
    return [apiVersion, kind] as const;
  });
}

/** Every object with containers inside the value: Pods, and templates of Pods. */
export function podsIn(value: Json | undefined): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(podsIn);
  if (typeof value !== 'object' || value === null) return [];
  return [...('containers' in value ? [value] : []), ...Object.values(value).flatMap(podsIn)];
}
