import type {
  Claim,
  Composed,
  Context,
  Exclusive,
  Lookup,
  Observed,
  Problem,
  Readiness,
  ResourceSelector,
} from '../composition/contract.ts';
import { at, conditionOf, text } from '../composition/read.ts';
import { takeoverProblems } from './adoption.ts';
import { metadata } from './metadata.ts';
import { readyCondition, unready } from './ready.ts';

/** What a claim says of the stores that it makes for itself, each with the spec of its kind or with the name of one that is there. */
export interface Stores {
  readonly database?: Store & {
    readonly databases?: readonly Inside[];
    readonly roles?: readonly Inside[];
  };
  readonly cache?: Store;
}

/** What is made inside of a database, with a Secret that is named after both. */
interface Inside {
  readonly name: string;
}

interface Store {
  readonly name?: string;
  readonly adopt?: boolean;
}

/** A claim that this one makes, under the key of the field that its spec stands in. */
interface Nested {
  readonly key: keyof Stores;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly spec: Store;
}

/** The database of the claim: its own, or the one that it names. */
export function databaseName({ name, spec }: Claim<Stores>): string {
  return spec.database?.name ?? `${name}-db`;
}

/** Likewise the cache. */
export function cacheName({ name, spec }: Claim<Stores>): string {
  return spec.cache?.name ?? `${name}-cache`;
}

/** Those of the fields that have a spec, and do not only name a claim that is there. */
function nested(claim: Claim<Stores>): Nested[] {
  const { database, cache } = claim.spec;
  const apiVersion = 'database.bizmatters.io/v1alpha1';
  return [
    ...made(database).map((spec): Nested => {
      return { key: 'database', apiVersion, kind: 'PostgresInstance', name: databaseName(claim), spec };
    }),
    ...made(cache).map((spec): Nested => {
      return { key: 'cache', apiVersion, kind: 'DragonflyInstance', name: cacheName(claim), spec };
    }),
  ];
}

function made(store: Store | undefined): Store[] {
  return store === undefined || store.name !== undefined ? [] : [store];
}

/** Each is looked for before it is made: one that stands there may be anybody's, with its data. */
export function nestedRequirements(claim: Claim<Stores>): Record<string, ResourceSelector> {
  return Object.fromEntries(
    nested(claim).map(({ key, apiVersion, kind, name }) => [
      lookupKey(key),
      { apiVersion, kind, name, namespace: claim.namespace },
    ]),
  );
}

function lookupKey(key: Nested['key']): string {
  return `nested-${key}`;
}

/** A name beside other fields, and claims that are somebody else's. */
export function checkNested(claim: Claim<Stores>, context: Context): Problem[] {
  const { database, cache } = claim.spec;
  return [
    ...checkNameAlone('spec.database', database),
    ...checkNameAlone('spec.cache', cache),
    ...(['databases', 'roles'] as const).flatMap((field) =>
      checkLength(`spec.database.${field}`, databaseName(claim), database?.[field]),
    ),
    ...nested(claim).flatMap(({ key, spec }) =>
      takeoverProblems({ ...claim, spec }, context.required(lookupKey(key)), context.observed(key)).map(
        ({ message }) => ({ path: `spec.${key}`, message: `its claim ${message}` }),
      ),
    ),
  ];
}

function checkNameAlone(path: string, field: Store | undefined): Problem[] {
  const others = Object.keys(field ?? {}).filter((key) => key !== 'name');
  if (field?.name === undefined || others.length === 0) return [];
  const message = `is of a claim that is there, which has its own ${others.join(', ')}; give the name alone, or no name`;
  return [{ path: `${path}.name`, message }];
}

/** The rule that the nested claim has itself, which only its holder's name lets be broken. */
function checkLength(path: string, claim: string, inside: readonly Inside[] = []): Problem[] {
  return inside.flatMap(({ name }, index) => {
    const length = claim.length + name.length;
    if (length <= longestTogether) return [];
    const message = `may have ${longestTogether} characters together with ${claim}, has ${length}, as a Secret is named after both`;
    return [{ path: `${path}[${index}].name`, message }];
  });
}

const longestTogether = 57;

/** The nested claims, of which none is made before somebody has looked whether it is there. */
export function nestedClaims(claim: Claim<Stores>, context: Context): Composed[] {
  return nested(claim)
    .filter(({ key }) => isKnown(context.observed(key), context.required(lookupKey(key))))
    .map(({ key, apiVersion, kind, name, spec }) => ({
      key,
      object: { apiVersion, kind, metadata: metadata(claim, key, name), spec: { ...spec } },
      readiness: nestedReadiness(context, key),
    }));
}

function isKnown(observed: Observed | undefined, lookup: Lookup): boolean {
  return observed !== undefined || lookup !== undefined;
}

/** What the nested claim says of itself, in its own words. */
function nestedReadiness(context: Context, key: Nested['key']): Readiness {
  const refused = context.refused(key);
  if (refused !== undefined) return unready(refused);
  const observed = context.observed(key);
  const judged = readyCondition(observed);
  if (judged.ready || observed === undefined) return judged;
  const valid = conditionOf(observed, 'Valid');
  if (valid?.status === 'False') return unready(valid.message);
  const own = text(at(observed, 'status', 'message'));
  return own === '' ? judged : unready(own);
}

/** A claim that this one makes can be no other's, nor stand by itself. */
export function exclusiveClaims(claim: Claim<Stores>): Exclusive[] {
  return nested(claim).map(({ key, kind, name }) => ({
    what: `name ${claim.namespace}/${name} at ${kind}`,
    path: `spec.${key}`,
  }));
}

/** Whether each nested claim is ready; undefined for what somebody else makes. */
export function nestedParts(claim: Claim<Stores>, context: Context) {
  const keys = nested(claim).map(({ key }) => key);
  const part = (key: Nested['key']) => (keys.includes(key) ? nestedReadiness(context, key) : undefined);
  return { database: part('database'), cache: part('cache') };
}
