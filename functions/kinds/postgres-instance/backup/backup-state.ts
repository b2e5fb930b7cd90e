import type { Condition, Observed, ServedKind } from '../../../composition/contract.ts';
import { conditionOf } from '../../../composition/read.ts';
import type { Place } from './place.ts';
import { placeMissing } from './place.ts';
import { kindNotServed, notServed } from '../../../kube/optional-kind.ts';

const type = 'BackupReady';

/** The plugin that brings ObjectStores. */
const plugin = "CloudNativePG's Barman Cloud plugin";

/** Why CloudNativePG takes LastBackupSucceeded back while a base backup is being made. */
const underWay = 'BackupStarted';

/** Says that nothing is backed up, because the plugin is not installed. */
export function noPlugin(kind: ServedKind): Condition {
  const message = `${notServed(kind, plugin)}. Nothing is backed up.`;
  return { type, status: 'False', reason: kindNotServed, message };
}

/** Whether backups can be relied on: the store is known, the log is archived, the last base backup worked. */
export function backupCondition(place: Place, storeKnown: boolean, cluster: Observed | undefined): Condition {
  if (!storeKnown) {
    const reason = place.bucket === undefined ? 'ObjectStoreMissing' : 'BucketMissing';
    return { type, status: 'False', reason, message: placeMissing(place) };
  }
  for (const [observed, reason] of [
    ['ContinuousArchiving', 'ArchivingFails'],
    ['LastBackupSucceeded', 'LastBackupFailed'],
  ] as const) {
    const condition = cluster && conditionOf(cluster, observed);
    if (condition?.status === 'False' && condition.reason !== underWay)
      return { type, status: 'False', reason, message: condition.message || condition.reason };
  }
  if (cluster === undefined || conditionOf(cluster, 'ContinuousArchiving')?.status !== 'True')
    return { type, status: 'Unknown', reason: 'NothingArchived', message: 'Nothing has been archived yet.' };
  return { type, status: 'True', reason: 'Archiving' };
}
