import type {
  Claim,
  JsonObject,
  Lookup,
  Manifest,
  Observed,
  ResourceSelector,
} from '../../composition/contract.ts';
import { metadata } from '../../kube/metadata.ts';
import { at, object } from '../../composition/read.ts';
import type { Spec } from './xr.gen.ts';

export const objectStoreKind = { apiVersion: 'barmancloud.cnpg.io/v1', kind: 'ObjectStore' };

type Backup = NonNullable<Spec['backup']>;

/** Where backups of one claim go. There is no generated type for it: the plugin publishes none. */
export interface ObjectStore extends Manifest {
  readonly spec: { readonly configuration: JsonObject; readonly retentionPolicy: string };
}

/** The name of the claim's own ObjectStore and of its schedule. */
export function backupName(claim: Claim): string {
  return `${claim.name}-backup`;
}

/** The ObjectStore of the platform that the claim's own is copied from. */
export function objectStoreRequirement(claim: Claim, backup: Backup): ResourceSelector {
  return { ...objectStoreKind, name: backup.objectStore, namespace: claim.namespace };
}

/**
 * The claim's own ObjectStore: retention is a property of the store, and one claim's must not prune another's
 * backups. Undefined until the platform's store has been seen; later the copy stands in for it.
 */
export function objectStore(
  claim: Claim,
  backup: Backup,
  found: Lookup,
  observed: Observed | undefined,
): ObjectStore | undefined {
  const configuration = at(found ?? observed, 'spec', 'configuration');
  if (configuration === undefined) return undefined;
  return {
    ...objectStoreKind,
    metadata: metadata(claim, 'database', backupName(claim)),
    spec: { configuration: object(configuration), retentionPolicy: backup.retention },
  };
}
