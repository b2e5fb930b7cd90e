import type { Composed, JsonObject, Observed, Readiness } from '../../functions/composition/contract.ts';
import { list, metadataOf, object, text } from '../../functions/composition/read.ts';
import { childName } from './identity.ts';
import { ReconcileError } from './error.ts';

export const resourceNameAnnotation = 'crossplane.io/composition-resource-name';
export const compositeLabel = 'crossplane.io/composite';

/** A composed resource as Crossplane applies it. */
export interface Rendered {
  readonly key: string;
  readonly object: JsonObject;
  readonly readiness: Readiness;
}

/** A claim as far as what it composes depends on it. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  /** Value of the label that ties composed resources to the claim: its name, unless it brought another. */
  readonly label: string;
}

/**
 * Adds what Crossplane adds to every composed resource: its name if it has none, the claim's namespace, label,
 * annotation and controller reference. A resource that was seen before keeps its name.
 * Throws when Crossplane would refuse the resource.
 */
export function renderComposed(composed: Composed, owner: Owner, observed: Observed | undefined): Rendered {
  const { key } = composed;
  // Through JSON, as it goes over the wire: what is undefined is not there.
  const resource = JSON.parse(JSON.stringify(composed.object)) as JsonObject;
  const metadata = object(resource.metadata);
  if (observed !== undefined) metadata.name = metadataOf(observed).name;
  if (text(metadata.name) === '') {
    const prefix = text(metadata.generateName) || `${owner.label}-`;
    metadata.generateName = prefix;
    metadata.name = childName(prefix, owner.uid, key);
  }
  if (owner.namespace !== '') metadata.namespace = owner.namespace;
  metadata.annotations = { ...object(metadata.annotations), [resourceNameAnnotation]: key };
  metadata.labels = { ...object(metadata.labels), [compositeLabel]: owner.label };
  metadata.ownerReferences = [...list(metadata.ownerReferences), controllerReference(owner)];
  checkName(key, text(metadata.name), text(resource.kind), text(resource.apiVersion));
  return { key, object: { ...resource, metadata }, readiness: composed.readiness };
}

function controllerReference({ apiVersion, kind, name, uid }: Owner): JsonObject {
  return { apiVersion, kind, name, uid, blockOwnerDeletion: true, controller: true };
}

/** The reference through which another object controls this one, if any does. */
export function controllerOf(resource: Observed): JsonObject | undefined {
  const references = list(object(resource.metadata).ownerReferences).map(object);
  return references.find(({ controller }) => controller === true);
}

/** The key under which the resource was composed, or nothing. */
export function keyOf(resource: Observed): string {
  return text(object(object(resource.metadata).annotations)[resourceNameAnnotation]);
}

function checkName(key: string, name: string, kind: string, apiVersion: string): void {
  const rbac = apiVersion.startsWith('rbac.authorization.k8s.io/');
  const checked = rbac ? name.replaceAll(':', '') : name;
  const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
  if (checked.length <= 253 && subdomain.test(checked)) return;
  throw new ReconcileError(
    `cannot apply composed resource "${key}" (${kind}) because it has an invalid name "${name}": it must be an RFC 1123 subdomain`,
  );
}
