import fc from 'fast-check';
import { secretKeys as keysOf } from '../../functions/kinds/agent-executor/environment.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import type { JsonObject, ResourceSelector } from '../../functions/composition/contract.ts';
import { at, metadataOf, object, text } from '../../functions/composition/read.ts';
import { reconcile } from '../../render/reconcile/reconcile.ts';
import { placeholderWorld } from '../../render/reconcile/world.ts';
import { arbitraryPlatform } from '../claims/arbitrary-platform.ts';
import { arbitraryClaim } from '../claims/arbitrary.ts';
import { offerFor } from '../claims/offers.ts';
import { healthyStatus } from './operators.ts';

export const claimsOfAKind = 300;
const seed = 20_261_121;

/** Valid claims of a kind, the same in every run. */
export function generatedClaims(kind: string): JsonObject[] {
  return fc.sample(arbitraryClaim(kind), { numRuns: claimsOfAKind, seed });
}

/** Every key of every Secret that a claim looks into. */
const secretKeys = [...Object.values(keysOf).flat(), 'uri'];

/** Where a spec names what belongs to somebody else, by kind. */
const namedInSpec: Readonly<Record<string, readonly (readonly string[])[]>> = {
  ObjectStore: [
    ['backup', 'objectStore'],
    ['restore', 'from', 'objectStore'],
  ],
  Cluster: [['restore', 'from', 'claim']],
};

function environmentConfig(data: JsonObject): JsonObject {
  const metadata = { name: 'zerotouch', uid: 'uid-of-zerotouch' };
  return { apiVersion: 'apiextensions.crossplane.io/v1beta1', kind: 'EnvironmentConfig', metadata, data };
}

/** Settings of a platform under which the claim is composed: some say what a claim may then not say otherwise. */
function platformOf(claim: JsonObject, index: number): JsonObject {
  const { composition } = offerFor(claim);
  const isComposed = (data: JsonObject) =>
    reconcile(claim, {
      kinds,
      composition,
      observed: [],
      required: [environmentConfig(data)],
      world: placeholderWorld(),
    }).kind !== 'fatal';
  return fc.sample(arbitraryPlatform, { numRuns: 8, seed: seed + index }).find(isComposed) ?? {};
}

/** An object that a claim asks for by name: its own, as it may take over no other, unless its spec names what it is. */
function standIn(
  claim: JsonObject,
  { apiVersion, kind, name, namespace }: ResourceSelector,
  platform: JsonObject,
): JsonObject {
  if (kind === 'EnvironmentConfig') return environmentConfig(platform);
  const paths = namedInSpec[kind] ?? [];
  const isNamed = paths.some((path) => at(claim.spec, ...path) === name);
  const owners = isNamed ? {} : { ownerReferences: [controllerOf(claim)] };
  const metadata = { name, namespace, uid: `uid-of-${name}`, ...owners };
  if (kind !== 'Secret')
    return { apiVersion, kind, metadata, spec: { configuration: { destinationPath: 's3://backups' } } };
  const value = Buffer.from(name).toString('base64');
  // As cert-manager marks what it writes, which claims let it write over.
  const annotations = { 'cert-manager.io/certificate-name': name };
  return {
    apiVersion,
    kind,
    metadata: { ...metadata, annotations },
    data: Object.fromEntries(secretKeys.map((key) => [key, value])),
  };
}

/** A composed resource some time later: stored, and reported on where an operator looks after it. */
function lived(composed: JsonObject): JsonObject {
  const { name } = metadataOf(composed);
  const metadata = {
    ...object(composed.metadata),
    uid: `uid-of-${name}`,
    generation: 1,
    resourceVersion: '7',
  };
  const status = healthyStatus({
    kind: text(composed.kind),
    metadata: { name, generation: 1 },
    spec: composed.spec,
  });
  return { ...composed, metadata, ...(status && { status }) };
}

function controllerOf(claim: JsonObject): JsonObject {
  const { apiVersion = '', kind = '' } = claim;
  const { name, uid } = metadataOf(claim);
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** What an earlier version of the function has made and this one does not: core deletes it. */
function retired(claim: JsonObject): JsonObject {
  const { name, namespace } = metadataOf(claim);
  const annotations = { 'crossplane.io/composition-resource-name': 'retired' };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${name}-retired`, namespace, annotations, ownerReferences: [controllerOf(claim)] },
  };
}

/** What a reconcile may find some time after the first. */
export interface Inputs {
  readonly observed: readonly JsonObject[];
  readonly required: readonly JsonObject[];
}

/**
 * Any of what is there and any of what was asked for, as while things come up, break and lag behind.
 *
 * @param index of the claim: the same gives the same
 */
export function laterInputs(
  claim: JsonObject,
  composed: readonly JsonObject[],
  asked: readonly ResourceSelector[],
  index: number,
): Inputs {
  const old = composed.map(lived);
  const platform = platformOf(claim, index);
  const found = asked.map(
    (selector) =>
      old.find((one) => metadataOf(one).name === selector.name && one.kind === selector.kind) ??
      standIn(claim, selector, platform),
  );
  const inputs = fc.record({ observed: fc.subarray([...old, retired(claim)]), required: fc.subarray(found) });
  return fc.sample(inputs, { numRuns: 1, seed: seed + index })[0] ?? { observed: [], required: [] };
}

/** Two at a time, in order. */
export async function inPairs<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) await work(item, index);
  };
  await Promise.all([worker(), worker()]);
}
