import type { Claim, Context, Observed } from '../../composition/contract.ts';
import { at, list, text } from '../../composition/read.ts';
import type { BucketPlace } from '../../kube/bucket.ts';
import { bucketLogin, bucketPlace, isAws } from '../../kube/bucket.ts';
import { secretValue } from '../../kube/secret-value.ts';
import type { Spec } from './xr.gen.ts';

/** The key of the look at the bucket's login among the requirements. */
export const bucketKey = 'snapshot-bucket';

/** Where a cache keeps its snapshots. */
export type Snapshots =
  | { readonly kind: 'volume' }
  /** Nothing is known of the bucket, and there is no cache that knows it already. */
  | { readonly kind: 'waiting' }
  | BucketSnapshots;

export interface BucketSnapshots {
  readonly kind: 'bucket';
  /** Name of the bucket itself. */
  readonly bucket: string;
  /** Name of the folder that those of the replicas are called after. */
  readonly folder: string;
  /** What the ObjectBucket says now; undefined while it says nothing. */
  readonly place: BucketPlace | undefined;
  /** Of the server, that lead there. */
  readonly args: readonly string[];
  readonly env: readonly object[];
  /** Of the login that the replicas have; undefined where none is known. */
  readonly loginChecksum: string | undefined;
}

export const loginChecksumAnnotation = 'zerotouch.bizmatters.io/bucket-login-checksum';

/**
 * A cache that stands stays with the place it has, whatever the claim and the ObjectBucket say by now: it would start empty
 * from another. What leads there follows the login, as that may change.
 */
export function snapshotsOf(claim: Claim<Spec>, context: Context, live: Observed | undefined): Snapshots {
  const { snapshots } = claim.spec;
  if (snapshots === undefined) return { kind: 'volume' };
  const login = context.required(bucketKey);
  const place = bucketPlace(login);
  const standing = readDirectory(text(at(live, 'spec', 'snapshot', 'dir')));
  if (live !== undefined && standing === undefined) return { kind: 'volume' };
  const folder = standing?.folder ?? snapshots.folder ?? newFolder(claim);
  const bucket = standing?.bucket ?? place?.bucket;
  if (bucket === undefined) return { kind: 'waiting' };
  return {
    kind: 'bucket',
    bucket,
    folder,
    place,
    args: place === undefined ? standingArguments(live) : serverArguments(place),
    env: environment(bucketLogin(claim, snapshots.bucket)),
    loginChecksum:
      place === undefined
        ? text(at(live, 'spec', 'podMetadata', 'annotations', loginChecksumAnnotation)) || undefined
        : context.digest(`${secretValue(login, 'access-key')}:${secretValue(login, 'secret-key')}`),
  };
}

/** A claim that is made again has another, as does one of the same name elsewhere that shares the bucket. */
function newFolder({ namespace, name, uid }: Claim): string {
  return `${namespace}.${name}.${uid.slice(0, 8)}`;
}

/** Of the folder's name: the claim that had it first. */
export function firstOwner(folder: string): { namespace: string; name: string } | undefined {
  const [, namespace, name] = /^([^.]+)\.([^.]+)\.[^.]+$/.exec(folder) ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/**
 * Each replica has a folder of its own, as it has a volume of its own: all of them write. There is no slash in its name, because
 * some servers refuse the way in which Dragonfly asks for what is in a folder within a folder.
 * https://github.com/dragonflydb/dragonfly/issues/6279
 */
export function directory({ bucket, folder }: BucketSnapshots): string {
  return `s3://${bucket}/dragonfly.${folder}.$(REPLICA)`;
}

export function readDirectory(dir: string): { bucket: string; folder: string } | undefined {
  const [, bucket, folder] = /^s3:\/\/([^/]+)\/dragonfly\.(.+)\.\$\(REPLICA\)$/.exec(dir) ?? [];
  return bucket === undefined || folder === undefined ? undefined : { bucket, folder };
}

/** The server takes a host without a scheme, and finds AWS by the region. */
function serverArguments(place: BucketPlace): string[] {
  const [, scheme, host = ''] = /^(?:(https?):\/\/)?([^/]*)/.exec(place.endpoint) ?? [];
  if (isAws(place)) return [];
  return [`--s3_endpoint=${host}`, ...(scheme === 'http' ? ['--s3_use_https=false'] : [])];
}

function standingArguments(live: Observed | undefined): string[] {
  return list(at(live, 'spec', 'args'))
    .map(text)
    .filter((each) => each.startsWith('--s3_'));
}

function environment(login: string): object[] {
  const fromLogin = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: login, key } },
  });
  return [
    {
      name: 'REPLICA',
      valueFrom: { fieldRef: { fieldPath: "metadata.labels['apps.kubernetes.io/pod-index']" } },
    },
    fromLogin('AWS_ACCESS_KEY_ID', 'access-key'),
    fromLogin('AWS_SECRET_ACCESS_KEY', 'secret-key'),
    fromLogin('AWS_REGION', 'region'),
  ];
}
