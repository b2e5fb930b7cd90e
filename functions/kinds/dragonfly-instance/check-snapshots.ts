import type {
  Claim,
  Condition,
  Context,
  Exclusive,
  Problem,
  ResourceSelector,
} from '../../composition/contract.ts';
import { ratcheted } from '../../composition/ratchet.ts';
import { at, text } from '../../composition/read.ts';
import { bucketMissing, bucketNamed } from '../../kube/bucket.ts';
import { dragonflyKind } from './dragonfly.ts';
import type { Snapshots } from './snapshots.ts';
import { firstOwner, readDirectory } from './snapshots.ts';
import type { Spec } from './xr.gen.ts';

export const snapshotsCondition = 'SnapshotsPlaced';

/** The key of the look at the cache that had the folder first. */
const writerKey = 'snapshot-writer';

/** The cache that had the folder first may be there still; it would be in this namespace, as its bucket is. */
export function writerRequirement(claim: Claim<Spec>): Record<string, ResourceSelector> {
  const owner = firstOwner(claim.spec.snapshots?.folder ?? '');
  if (owner === undefined || owner.namespace !== claim.namespace || owner.name === claim.name) return {};
  return { [writerKey]: { ...dragonflyKind, ...owner } };
}

/** Whether it is known that nobody writes there, or who does. */
export function isWriterKnown(claim: Claim<Spec>, context: Context): boolean {
  return Object.keys(writerRequirement(claim)).length === 0 || context.required(writerKey) !== undefined;
}

/** Versions that can start empty beside their snapshots, and a folder that another cache writes to. */
export function checkSnapshots(claim: Claim<Spec>, context: Context): Problem[] {
  const { snapshots, version } = claim.spec;
  if (snapshots === undefined) return [];
  const standing = context.observed('dragonfly');
  const image = text(at(standing, 'spec', 'image'));
  const writer = context.required(writerKey) ?? undefined;
  const written = readDirectory(text(at(writer, 'spec', 'snapshot', 'dir')));
  return [
    ...(findsSnapshots(version) ? [] : ratcheted([oldVersion], image.endsWith(`:${version}`))),
    ...(written?.folder !== snapshots.folder || snapshots.folder === undefined
      ? []
      : ratcheted([writtenTo(text(at(writer, 'metadata', 'name')))], standing !== undefined)),
  ];
}

/**
 * v1.36.0 does not find what is there, and versions before v1.29 start empty when the bucket cannot be read.
 * https://github.com/dragonflydb/dragonfly/pull/6400 https://github.com/dragonflydb/dragonfly/pull/4907
 */
function findsSnapshots(version: string): boolean {
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  return major > 1 || minor >= 37;
}

const oldVersion: Problem = {
  path: 'spec.version',
  message: 'may start empty beside its snapshots in a bucket; say v1.37.0 or later',
};

function writtenTo(name: string): Problem {
  const message = `Dragonfly ${name} writes there still; delete its claim first, or leave the field out`;
  return { path: 'spec.snapshots.folder', message };
}

/** No two caches begin with one folder and go on in it. */
export function exclusiveFolder({ namespace, spec }: Claim<Spec>): Exclusive[] {
  const { bucket, folder } = spec.snapshots ?? {};
  if (bucket === undefined || folder === undefined) return [];
  const what = `folder ${folder} at ObjectBucket ${namespace}/${bucket}`;
  return [{ what, path: 'spec.snapshots.folder' }];
}

/** Where snapshots go. Whether one was written nobody reports. */
export function snapshotConditions({ spec }: Claim<Spec>, snapshots: Snapshots): Condition[] {
  if (spec.snapshots === undefined) return [];
  const { bucket } = spec.snapshots;
  const placed = (status: Condition['status'], reason: string, message?: string): Condition[] => [
    { type: snapshotsCondition, status, reason, ...(message === undefined ? {} : { message }) },
  ];
  if (snapshots.kind === 'volume') return placed('False', 'PlaceStands', onVolumes);
  if (snapshots.kind === 'waiting' || snapshots.place === undefined)
    return placed('False', 'BucketMissing', bucketMissing(bucket));
  if (snapshots.place.bucket === snapshots.bucket) return placed('True', 'InBucket');
  const message = `Snapshots go on to ${snapshots.bucket}, where this cache has its data, and ${bucketNamed(bucket)} is ${snapshots.place.bucket} by now; make a new claim and switch over.`;
  return placed('False', 'BucketChanged', message);
}

const onVolumes =
  'The cache that stands keeps its snapshots on volumes, and would start empty from a bucket; make a new claim and switch over.';
