import type {
  Claim,
  JsonObject,
  Lookup,
  Manifest,
  Observed,
  ResourceSelector,
} from '../../../composition/contract.ts';
import { metadata } from '../../../kube/metadata.ts';
import { at, object } from '../../../composition/read.ts';
import type { Spec } from '../xr.gen.ts';

/** The key of the claim's own ObjectStore. */
export const objectStoreKey = 'object-store';

export const objectStoreKind = { apiVersion: 'barmancloud.cnpg.io/v1', kind: 'ObjectStore' };

/** Where backups of one claim go. There is no generated type for it: the plugin publishes none. */
export interface ObjectStore extends Manifest {
  readonly spec: JsonObject;
}

/** The name of the claim's own ObjectStore and of its schedule. */
export function backupName(claim: Claim): string {
  return `${claim.name}-backup`;
}

/** The name of the ObjectStore that a restored claim reads its past from. */
export function restoreName(claim: Claim): string {
  return `${claim.name}-restore`;
}

/** An ObjectStore in the claim's namespace, by name. */
export function objectStoreSelector(claim: Claim, name: string): ResourceSelector {
  return { ...objectStoreKind, name, namespace: claim.namespace };
}

/**
 * The claim's own ObjectStore: retention is a property of the store, and one claim's must not prune another's
 * backups. Everything else is the platform's, whatever the plugin lets it say. Undefined until the platform's store
 * has been seen; later the copy stands in for it.
 */
export function objectStore(
  claim: Claim<Spec>,
  retention: string,
  found: Lookup,
  observed: Observed | undefined,
): ObjectStore | undefined {
  return copyOf(claim, backupName(claim), found, observed, { retentionPolicy: retention });
}

/** A copy for reading only, so that a restored database depends on nobody's store but its own. Nothing is pruned by it. */
export function restoreStore(
  claim: Claim<Spec>,
  found: Lookup,
  observed: Observed | undefined,
): ObjectStore | undefined {
  return copyOf(claim, restoreName(claim), found, observed, {});
}

function copyOf(
  claim: Claim,
  name: string,
  found: Lookup,
  observed: Observed | undefined,
  own: JsonObject,
): ObjectStore | undefined {
  const { retentionPolicy: _, ...spec } = object(at(found ?? observed, 'spec'));
  if (spec.configuration === undefined) return undefined;
  return { ...objectStoreKind, metadata: metadata(claim, 'database', name), spec: { ...spec, ...own } };
}
