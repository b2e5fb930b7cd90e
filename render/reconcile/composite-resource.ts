import type { JsonObject, Observed } from '../../functions/composition/contract.ts';
import { metadataOf, number, object, text } from '../../functions/composition/read.ts';
import type { Owner } from './composed-resource.ts';
import { compositeLabel } from './composed-resource.ts';
import { condition, conditionsJson, readConditions, withCondition } from './conditions.ts';
import { stableUid } from './identity.ts';

/** Identity of the claim, with the uid that rendering gives it when it has none. */
export function ownerOf(claim: JsonObject): Owner {
  const [apiVersion, kind] = [text(claim.apiVersion), text(claim.kind)];
  const { name, namespace, uid } = metadataOf(claim);
  return {
    apiVersion,
    kind,
    name,
    namespace,
    uid: uid || stableUid(apiVersion, kind, namespace, name),
    label: text(object(object(claim.metadata).labels)[compositeLabel]) || name,
  };
}

/** The claim as the function sees it: with a uid, a Composition, and references to what was made before. */
export function observedComposite(
  claim: JsonObject,
  owner: Owner,
  observed: readonly Observed[],
  composition: string,
): JsonObject {
  const composite = readComposite(claim, owner, observed);
  const metadata = object(composite.metadata);
  const spec = object(composite.spec);
  return {
    ...composite,
    metadata: { ...metadata, labels: { ...object(metadata.labels), [compositeLabel]: owner.label } },
    spec: {
      ...spec,
      crossplane: { ...object(spec.crossplane), compositionRef: { name: composition } },
    },
  };
}

/** The claim as Crossplane reads it, before it does anything about it. */
export function readComposite(claim: JsonObject, owner: Owner, observed: readonly Observed[]): JsonObject {
  const spec = object(claim.spec);
  const responsive = condition('Responsive', 'True', 'WatchCircuitClosed', '', generationOf(claim));
  const conditions = withCondition(readConditions(claim.status), responsive);
  const references = { ...object(spec.crossplane), resourceRefs: observed.map(reference) };
  return {
    ...claim,
    metadata: { ...object(claim.metadata), uid: owner.uid, resourceVersion: '999' },
    spec: observed.length === 0 ? spec : { ...spec, crossplane: references },
    status: { ...object(claim.status), conditions: conditionsJson(conditions) },
  };
}

/** How often the claim's spec has changed, or 0 outside a cluster. */
export function generationOf(claim: JsonObject): number {
  return number(object(claim.metadata).generation) ?? 0;
}

/** A reference to the object, as Crossplane keeps it in the claim. */
export function reference(composed: Observed): JsonObject {
  return {
    apiVersion: text(composed.apiVersion),
    kind: text(composed.kind),
    name: metadataOf(composed).name,
  };
}
