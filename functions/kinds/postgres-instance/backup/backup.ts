import type {
  Claim,
  Composed,
  Condition,
  Context,
  Observed,
  Problem,
  ResourceSelector,
  ServedKind,
} from '../../../composition/contract.ts';
import { ratcheted } from '../../../composition/ratchet.ts';
import { takeoverProblems } from '../../../kube/adoption.ts';
import { optionalKind } from '../../../kube/optional-kind.ts';
import { exists, unready } from '../../../kube/ready.ts';
import type { Archive } from './archive.ts';
import { archiveNameOf, archiveOf } from './archive.ts';
import { backupCondition, noPlugin } from './backup-state.ts';
import { baseBackups } from './base-backup.ts';
import {
  backupName,
  objectStore,
  objectStoreKey,
  objectStoreKind,
  objectStoreSelector,
  restoreStore,
} from './object-store.ts';
import { placeNamed, placeProblems, placeSelector, storeAt } from './place.ts';
import type { Origin } from '../origin/origin.ts';
import { readsArchive, restoreKeys, restoreStoreRequirement } from '../origin/restore.ts';
import { scheduledBackup } from './scheduled-backup.ts';
import type { Spec } from '../xr.gen.ts';

/** The key of the live look at the store that the claim makes, or finds in its place. */
const ownStoreKey = 'own-object-store';

/** What has to be asked before anything can be said of a claim's backups and of the archive it is restored from. */
export interface Stores {
  /** Whether the plugin that serves ObjectStores is known not to be there. */
  readonly missing: boolean;
  readonly requirements: Readonly<Record<string, ResourceSelector>>;
  readonly schemas: Readonly<Record<string, ServedKind>>;
  /** Why the claim's own store cannot be made. */
  readonly problems: readonly Problem[];
}

export function storesOf(claim: Claim<Spec>, context: Context): Stores {
  const { backup, restore } = claim.spec;
  const reads = restore !== undefined && readsArchive(restore);
  if (backup === undefined && !reads) return { missing: false, requirements: {}, schemas: {}, problems: [] };
  const key = backup === undefined ? restoreKeys.store : objectStoreKey;
  const { missing, served, asks } = optionalKind(context, key, objectStoreKind);
  const requirements = {
    ...(backup === undefined
      ? {}
      : {
          [objectStoreKey]: placeSelector(claim, backup),
          [ownStoreKey]: objectStoreSelector(claim, backupName(claim)),
        }),
    ...(reads ? restoreStoreRequirement(claim, restore) : {}),
  };
  const made = context.observed(objectStoreKey);
  const taken =
    backup?.objectStore === backupName(claim)
      ? ratcheted([ownName(claim)], made !== undefined)
      : takeoverProblems(claim, context.required(ownStoreKey), made);
  const problems = [...(backup === undefined ? [] : placeProblems(backup)), ...taken];
  return { missing, requirements: served ? requirements : {}, schemas: asks, problems };
}

function ownName(claim: Claim): Problem {
  const message = `${backupName(claim)} is the copy that this claim makes; name the store of the platform`;
  return { path: 'spec.backup.objectStore', message };
}

export interface Backup {
  readonly resources: readonly Composed[];
  readonly conditions: readonly Condition[];
  /** Where the Cluster archives, if it does. */
  readonly archive: Archive | undefined;
}

/** Everything that a claim's backups take besides the Cluster. */
export function composeBackup(
  claim: Claim<Spec>,
  context: Context,
  { live, origin, stores }: { live: Observed | undefined; origin: Origin; stores: Stores },
): Backup {
  const { backup } = claim.spec;
  if (backup === undefined) return { resources: [], conditions: [], archive: undefined };
  const store = objectStore(
    claim,
    backup.retention,
    storeAt(claim, backup, context.required(objectStoreKey)),
    context.observed(objectStoreKey),
  );
  // CloudNativePG stops at a Cluster whose store is missing, failover included.
  const archives = store !== undefined || archiveNameOf(live) !== undefined || context.stored === true;
  const archive = archives ? archiveOf(claim, live) : undefined;
  return {
    archive,
    resources: [
      ...(store === undefined
        ? []
        : [{ key: objectStoreKey, object: store, readiness: exists(context.observed(objectStoreKey)) }]),
      ...schedule(claim, context, backup, { begins: origin.kind !== 'waiting' && !stores.missing, store }),
      ...(archive === undefined ? [] : baseBackups(claim, context, live, archive)),
    ],
    conditions: [
      stores.missing
        ? noPlugin(objectStoreKind)
        : backupCondition(backup, store !== undefined, context.observed('cluster')),
    ],
  };
}

/** The first base backup is made at once and only once, so not before there is something to back up. */
function schedule(
  claim: Claim<Spec>,
  context: Context,
  backup: NonNullable<Spec['backup']>,
  { begins, store }: { begins: boolean; store: unknown },
): Composed[] {
  const key = 'scheduled-backup';
  const observed = context.observed(key);
  if (!begins && observed === undefined) return [];
  const readiness = store === undefined ? unready(`waits for ${placeNamed(backup)}`) : exists(observed);
  return [{ key, object: scheduledBackup(claim, backup.schedule), readiness }];
}

/** The ObjectStore that a restored database reads its past from. */
export function composeRestoreStore(claim: Claim<Spec>, context: Context): readonly Composed[] {
  const { restore } = claim.spec;
  if (restore === undefined || !readsArchive(restore)) return [];
  const { store: key } = restoreKeys;
  const observed = context.observed(key);
  const store = restoreStore(claim, storeAt(claim, restore.from, context.required(key)), observed);
  return store === undefined ? [] : [{ key, object: store, readiness: exists(observed) }];
}
