import type { IBackup } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Backup';
import type { Claim, Composed, Context, Observed, Readiness } from '../../../composition/contract.ts';
import { at, conditionOf, number, text } from '../../../composition/read.ts';
import { metadata } from '../../../kube/metadata.ts';
import { phaseOf, ready, unready } from '../../../kube/ready.ts';
import type { Archive } from './archive.ts';
import { archiveNameOf, barmanPlugin } from './archive.ts';
import { backupName, objectStoreKey } from './object-store.ts';
import { schema } from '../xr.gen.ts';
import type { Spec } from '../xr.gen.ts';

const key = (version: string) => `base-backup-pg${version}`;

/**
 * A base backup for each archive that followed another: nothing can be restored from an archive without one, and the
 * schedule may be a day or a week away. The first archive of a claim gets its own from the schedule, which begins at
 * once.
 */
export function baseBackups(
  claim: Claim<Spec>,
  context: Context,
  live: Observed | undefined,
  archive: Archive,
): Composed[] {
  const versions = schema.properties?.version?.enum ?? [];
  return versions
    .filter(
      (version) =>
        context.observed(key(version)) !== undefined ||
        (isDue(claim, live, archive, version) && !hasBaseBackup(context, archive)),
    )
    .map((version) => ({
      key: key(version),
      object: baseBackup(claim, version),
      readiness: readiness(context.observed(key(version)), live),
    }));
}

/** Once the upgraded server runs: before that a backup would be of the old one. */
function isDue(
  { spec }: Claim<Spec>,
  live: Observed | undefined,
  archive: Archive,
  version: string,
): boolean {
  return (
    version === spec.version &&
    archive.follows !== undefined &&
    archiveNameOf(live) === archive.serverName &&
    number(at(live, 'status', 'pgDataImageInfo', 'majorVersion')) === Number(version) &&
    live !== undefined &&
    conditionOf(live, 'Ready')?.status === 'True'
  );
}

/** The plugin deletes the Backup of a base backup that has passed its retention; that is no reason to make another. */
function hasBaseBackup(context: Context, { serverName = '' }: Archive): boolean {
  const windows = at(context.observed(objectStoreKey), 'status', 'serverRecoveryWindow', serverName);
  return text(at(windows, 'firstRecoverabilityPoint')) !== '';
}

function baseBackup(claim: Claim<Spec>, version: string): IBackup {
  return {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Backup',
    metadata: metadata(claim, 'database', `${backupName(claim)}-pg${version}`),
    spec: {
      cluster: { name: claim.name },
      method: 'plugin',
      pluginConfiguration: { name: barmanPlugin },
    },
  };
}

/** A base backup that failed is made good by any later one. */
function readiness(observed: Observed | undefined, live: Observed | undefined): Readiness {
  const phase = phaseOf(observed);
  if (phase === 'completed') return ready;
  if (phase !== 'failed') return unready('is being made');
  if (live !== undefined && conditionOf(live, 'LastBackupSucceeded')?.status === 'True') return ready;
  return unready(`failed: ${text(at(observed, 'status', 'error')) || 'its log says why'}`);
}
