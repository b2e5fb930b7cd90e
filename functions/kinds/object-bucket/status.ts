import type { Claim, Composed, Condition, Readiness, ServedKind } from '../../composition/contract.ts';
import { kindNotServed, notServed } from '../../kube/optional-kind.ts';
import { bucketClaimKind } from './bucket-claim.ts';
import type { Connection } from './connection.ts';
import type { Maker } from './maker.ts';
import type { Spec, Status } from './xr.gen.ts';

/** How the bucket is, in a word and a sentence. */
export interface BucketState {
  readonly phase: NonNullable<Status['phase']>;
  readonly message: string;
  /** CamelCase, for the condition. */
  readonly reason: string;
}

/** Of a claim on a cluster that has nobody to make its bucket. */
export function noOperator(kind: ServedKind): BucketState {
  const who =
    kind.kind === bucketClaimKind.kind
      ? 'an operator of ObjectBucketClaims, such as Rook or NooBaa'
      : "the packages for S3 and IAM of Crossplane's AWS provider";
  return { phase: 'Pending', reason: kindNotServed, message: `${notServed(kind, who)}.` };
}

/** The bucket first, then whatever else is not ready. */
export function bucketState(
  resources: readonly Composed[],
  bucket: Readiness,
  connection: Connection | undefined,
): BucketState {
  if (!bucket.ready) return waiting(connection, 'NotReady', `The bucket ${bucket.why}.`);
  for (const { object, readiness } of resources)
    if (!readiness.ready) return waiting(connection, 'NotReady', `${object.kind} ${readiness.why}.`);
  return { phase: 'Ready', reason: 'Available', message: 'The bucket can be used.' };
}

function waiting(connection: Connection | undefined, reason: string, said: string): BucketState {
  const phase = connection === undefined ? 'Provisioning' : 'Degraded';
  return { phase, reason, message: said.replace(/\.+$/, '.') };
}

export function bucketCondition({ phase, reason, message }: BucketState): Condition {
  return { type: 'BucketReady', status: phase === 'Ready' ? 'True' : 'False', reason, message };
}

/** Whether the Secret has the key that the claim asks for. */
export function credentialsCondition(
  { spec }: Claim<Spec>,
  maker: Maker,
  connection: Connection | undefined,
): Condition {
  const type = 'CredentialsReady';
  if (connection === undefined)
    return { type, status: 'False', reason: 'Creating', message: 'The access key is being made.' };
  if (connection.revision === spec.credentialsRevision) return { type, status: 'True', reason: 'Current' };
  return maker.kind === 'aws'
    ? { type, status: 'False', reason: 'Rotating', message: 'A new access key is being made.' }
    : {
        type,
        status: 'False',
        reason: 'CannotRotate',
        lasting: true,
        message:
          'An ObjectBucketClaim has one access key as long as it is there; make a new claim and copy the objects.',
      };
}

/** What a StorageClass decides, and no claim can. */
export function versioningCondition({ kind }: Maker): Condition[] {
  if (kind === 'aws') return [];
  const message = 'Whether versions are kept, and for how long objects are, the StorageClass decides.';
  return [
    { type: 'VersioningReady', status: 'Unknown', reason: 'StorageClassDecides', message, lasting: true },
  ];
}
