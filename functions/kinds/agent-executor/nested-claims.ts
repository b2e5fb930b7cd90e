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
} from '../../composition/contract.ts';
import { at, conditionOf, text } from '../../composition/read.ts';
import { takeoverProblems } from '../../kube/adoption.ts';
import { metadata } from '../../kube/metadata.ts';
import { readyCondition, unready } from '../../kube/ready.ts';
import { databaseName, cacheName } from './names.ts';
import type { Spec } from './xr.gen.ts';

/** A claim that this one makes, under the key of the field that its spec stands in. */
interface Nested {
  readonly key: 'database' | 'cache';
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly spec: { readonly adopt?: boolean };
}

const apiVersion = 'database.bizmatters.io/v1alpha1';

/** Those of the fields that have a spec, and do not only name a claim that is there. */
function nested(claim: Claim<Spec>): Nested[] {
  const { database, cache } = claim.spec;
  return [
    ...(database === undefined || database.name !== undefined
      ? []
      : [
          {
            key: 'database' as const,
            apiVersion,
            kind: 'PostgresInstance',
            name: databaseName(claim),
            spec: database,
          },
        ]),
    ...(cache === undefined || cache.name !== undefined
      ? []
      : [
          {
            key: 'cache' as const,
            apiVersion,
            kind: 'DragonflyInstance',
            name: cacheName(claim),
            spec: cache,
          },
        ]),
  ];
}

/** Each is looked for before it is made: one that stands there may be anybody's, with its data. */
export function nestedRequirements(claim: Claim<Spec>): Record<string, ResourceSelector> {
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

/** A name beside other fields, a Secret beside either, and claims that are somebody else's. */
export function checkNested(claim: Claim<Spec>, context: Context): Problem[] {
  const { database, cache, postgresConnectionSecret, dragonflyConnectionSecret } = claim.spec;
  return [
    ...checkNameAlone('spec.database', database),
    ...checkNameAlone('spec.cache', cache),
    ...checkSecret('spec.postgresConnectionSecret', 'spec.database', database, postgresConnectionSecret),
    ...checkSecret('spec.dragonflyConnectionSecret', 'spec.cache', cache, dragonflyConnectionSecret),
    ...nested(claim).flatMap(({ key, spec }) =>
      takeoverProblems({ ...claim, spec }, context.required(lookupKey(key)), context.observed(key)).map(
        ({ message }) => ({ path: `spec.${key}`, message: `its claim ${message}` }),
      ),
    ),
  ];
}

function checkNameAlone(path: string, field: { readonly name?: string } | undefined): Problem[] {
  const others = Object.keys(field ?? {}).filter((key) => key !== 'name');
  if (field?.name === undefined || others.length === 0) return [];
  const message = `is of a claim that is there, which has its own ${others.join(', ')}; give the name alone, or no name`;
  return [{ path: `${path}.name`, message }];
}

function checkSecret(
  path: string,
  field: string,
  given: object | undefined,
  secret: string | undefined,
): Problem[] {
  if (given === undefined || secret === undefined) return [];
  return [{ path, message: `follows from ${field}; give one of them` }];
}

/** The nested claims, of which none is made before somebody has looked whether it is there. */
export function nestedClaims(claim: Claim<Spec>, context: Context): Composed[] {
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
export function exclusiveClaims(claim: Claim<Spec>): Exclusive[] {
  return nested(claim).map(({ key, kind, name }) => ({
    what: `name ${claim.namespace}/${name} at ${kind}`,
    path: `spec.${key}`,
  }));
}

/** Whether each nested claim is ready; undefined for what somebody else makes. */
export function nestedParts(claim: Claim<Spec>, context: Context) {
  const keys = nested(claim).map(({ key }) => key);
  const part = (key: Nested['key']) => (keys.includes(key) ? nestedReadiness(context, key) : undefined);
  return { database: part('database'), cache: part('cache') };
}
