import type { Condition, Observed } from '../../composition/contract.ts';
import { conditionOf } from '../../composition/read.ts';

/** Whether backups can be relied on: the store is known, the log is archived, the last base backup worked. */
export function backupCondition(
  storeName: string,
  storeKnown: boolean,
  cluster: Observed | undefined,
): Condition {
  const type = 'BackupReady';
  if (!storeKnown) {
    const message = `ObjectStore ${storeName} (barmancloud.cnpg.io) does not exist in this namespace.`;
    return { type, status: 'False', reason: 'ObjectStoreMissing', message };
  }
  for (const [observed, reason] of [
    ['ContinuousArchiving', 'ArchivingFails'],
    ['LastBackupSucceeded', 'LastBackupFailed'],
  ] as const) {
    const condition = cluster && conditionOf(cluster, observed);
    if (condition?.status === 'False')
      return { type, status: 'False', reason, message: condition.message || condition.reason };
  }
  return { type, status: 'True', reason: 'Configured' };
}
