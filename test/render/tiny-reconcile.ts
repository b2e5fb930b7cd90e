import type { Composed, JsonObject, Kind } from '../../functions/composition/contract.ts';
import { stableUid } from '../../render/reconcile/identity.ts';
import type { Inputs } from '../../render/reconcile/reconcile.ts';
import { reconcile } from '../../render/reconcile/reconcile.ts';
import { placeholderWorld } from '../../render/reconcile/world.ts';

/** What every test reconciles unless it brings its own. */
export const claim: JsonObject = {
  apiVersion: 'example.org/v1',
  kind: 'Tiny',
  metadata: { name: 'tom', namespace: 'thumb' },
  spec: { color: 'red' },
};

/** The uid that rendering gives it. */
export const uid = stableUid('example.org/v1', 'Tiny', 'thumb', 'tom');

/** A composed ConfigMap, ready or not. */
export function configMap(key: string, more: object = {}, ready = true): Composed {
  return {
    key,
    object: { apiVersion: 'v1', kind: 'ConfigMap', ...more },
    readiness: ready ? { ready: true } : { ready: false, why: 'is being made' },
  };
}

/** One reconcile of the claim. Throws what the function refused. */
export function run(kind: Kind, inputs: Partial<Inputs> = {}, given: JsonObject = claim) {
  const outcome = reconcile(given, {
    kinds: [kind],
    composition: { name: 'tinies.example.org', step: 'compose' },
    observed: [],
    required: [],
    world: placeholderWorld(),
    ...inputs,
  });
  if (outcome.kind === 'fatal') throw new Error(outcome.message);
  return outcome;
}

/** A ConfigMap of the claim as a cluster has it. */
export function observed(key: string, name: string, more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace: 'thumb',
      annotations: { 'crossplane.io/composition-resource-name': key },
      ownerReferences: [{ apiVersion: 'example.org/v1', kind: 'Tiny', name: 'tom', uid, controller: true }],
      ...more,
    },
  };
}
