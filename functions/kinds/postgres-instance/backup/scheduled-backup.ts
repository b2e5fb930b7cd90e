import type { IScheduledBackup } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/ScheduledBackup';
import type { Claim } from '../../../composition/contract.ts';
import { metadata } from '../../../kube/metadata.ts';
import { barmanPlugin } from './archive.ts';
import { backupName } from './object-store.ts';
import type { Spec } from '../xr.gen.ts';

/** Base backups by the plugin, the first at once so that a restore is possible from the first day. */
export function scheduledBackup(claim: Claim<Spec>, schedule: string): IScheduledBackup {
  return {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'ScheduledBackup',
    metadata: metadata(claim, 'database', backupName(claim)),
    spec: {
      cluster: { name: claim.name },
      schedule,
      // A backup of a hibernated database only fails.
      ...(claim.spec.hibernated ? { suspend: true } : {}),
      immediate: true,
      backupOwnerReference: 'self',
      method: 'plugin',
      pluginConfiguration: { name: barmanPlugin },
    },
  };
}
