import type {
  Claim,
  Context,
  JsonObject,
  Observed,
  ResourceSelector,
} from '../../../composition/contract.ts';
import { at, text } from '../../../composition/read.ts';
import { connectionSecretName } from '../../../kube/connection-secret.ts';
import { archiveNameOf, barmanPlugin, readArchiveName } from '../backup/archive.ts';
import { cloneOf } from './clone.ts';
import { clusterSelector, majorOf } from '../live.ts';
import { backupName, restoreName } from '../backup/object-store.ts';
import type { Place } from '../backup/place.ts';
import { placeMissing, placeNamed, placeSelector, storeAt } from '../backup/place.ts';
import type { Names, Origin } from './origin.ts';
import { namesIn, namesOf, sourceName, waiting } from './origin.ts';
import type { Spec } from '../xr.gen.ts';

export type Restore = NonNullable<Spec['restore']>;

/** The keys of what a restore reads among the requirements, and of its ObjectStore among the composed resources. */
export const restoreKeys = { cluster: 'restore-cluster', store: 'restore-store' } as const;

/** A running claim is copied from its server when no moment is asked for; everything else comes from an archive. */
export function readsArchive({ from, at: moment, backup }: Restore): boolean {
  return from.claim === undefined || moment !== undefined || backup !== undefined;
}

/** The claim that a restore reads its archive or its server from. */
export function restoreRequirements(claim: Claim<Spec>, { from }: Restore): Record<string, ResourceSelector> {
  return from.claim === undefined ? {} : { [restoreKeys.cluster]: clusterSelector(claim, from.claim) };
}

/** The ObjectStore with its archive. */
export function restoreStoreRequirement(
  claim: Claim<Spec>,
  { from }: Restore,
): Record<string, ResourceSelector> {
  return { [restoreKeys.store]: placeSelector(claim, placeOf(claim, from)) };
}

/** Where the archive lies; that of a claim by the copy which it made for itself. */
function placeOf(claim: Claim<Spec>, { claim: name, ...place }: Restore['from']): Place {
  return name === undefined ? place : { objectStore: backupName({ ...claim, name }) };
}

/** Where the content comes from, judged as far as it can be before CloudNativePG tries. */
export function restoreOrigin(claim: Claim<Spec>, restore: Restore, context: Context): Origin {
  const { claim: name, serverName = '' } = restore.from;
  if (name === undefined) return fromArchive(claim, restore, context, serverName);
  const cluster = context.required(restoreKeys.cluster);
  if (cluster === undefined || cluster === null)
    return waiting(
      namesOf(claim, { database: name, owner: name }),
      'SourceMissing',
      `There is no PostgresInstance ${name} in this namespace. If it is gone, name its archive: restore.from.objectStore, or bucket, and restore.from.serverName.`,
    );
  if (!readsArchive(restore)) return cloneOf(claim, name, cluster);
  const archive = archiveNameOf(cluster);
  if (archive === undefined)
    return waiting(
      namesOf(claim, namesIn(cluster)),
      'SourceWithoutBackup',
      `PostgresInstance ${name} archives nowhere, so no moment of it can be restored.`,
      true,
    );
  return fromArchive(claim, restore, context, archive, cluster);
}

function fromArchive(
  claim: Claim<Spec>,
  restore: Restore,
  context: Context,
  serverName: string,
  cluster?: Observed,
): Origin {
  const label = readArchiveName(serverName);
  const names = namesOf(claim, cluster === undefined ? labelled(label.claim) : namesIn(cluster));
  const major = label.major ?? majorOf(cluster);
  const { version } = claim.spec;
  if (major !== undefined && major !== version)
    return waiting(
      names,
      'OtherVersion',
      `Archive ${serverName} is of PostgreSQL ${major}, not ${version}: restore it with version "${major}"; afterwards the version may go up.`,
      true,
    );
  const place = placeOf(claim, restore.from);
  const store =
    storeAt(claim, place, context.required(restoreKeys.store)) ?? context.observed(restoreKeys.store);
  if (store === undefined)
    return waiting(
      names,
      place.bucket === undefined ? 'ObjectStoreMissing' : 'BucketMissing',
      placeMissing(place),
    );
  const unreachable = outOfReach(store, serverName, restore.at);
  if (unreachable !== undefined) return waiting(names, 'NotInArchive', unreachable, true);
  const moment = restore.at === undefined ? '' : ` as of ${restore.at}`;
  return {
    kind: 'source',
    names,
    fill: recovery(claim, restore, serverName, names),
    told: `archive ${serverName} in ${placeNamed(place)}${moment}`,
  };
}

function labelled(claim: string | undefined): Partial<Names> {
  return claim === undefined ? {} : { database: claim, owner: claim };
}

/** Why the moment cannot be restored, where the store knows how far back this archive reaches. */
function outOfReach(store: Observed, serverName: string, moment: string | undefined): string | undefined {
  const first = text(at(store, 'status', 'serverRecoveryWindow', serverName, 'firstRecoverabilityPoint'));
  if (moment === undefined || first === '' || Date.parse(moment) >= Date.parse(first)) return undefined;
  return `Archive ${serverName} reaches back to ${first}, which is after ${moment}.`;
}

/** https://cloudnative-pg.io/documentation/1.30/recovery/ */
function recovery(claim: Claim<Spec>, restore: Restore, serverName: string, names: Names) {
  const target: JsonObject = {
    ...(restore.at === undefined ? {} : { targetTime: restore.at }),
    ...(restore.backup === undefined ? {} : { backupID: restore.backup }),
  };
  return {
    bootstrap: {
      recovery: {
        source: sourceName,
        ...names,
        secret: { name: connectionSecretName(claim) },
        ...(Object.keys(target).length === 0 ? {} : { recoveryTarget: target }),
      },
    },
    externalClusters: [
      {
        name: sourceName,
        plugin: { name: barmanPlugin, parameters: { barmanObjectName: restoreName(claim), serverName } },
      },
    ],
  };
}
