import type { Claim, Lookup, ResourceSelector } from '../composition/contract.ts';
import { connectionSecretName } from './connection-secret.ts';
import { secretValue } from './secret-value.ts';

/** Where the bucket of an ObjectBucket is. */
export interface BucketPlace {
  /** A URL. */
  readonly endpoint: string;
  readonly bucket: string;
}

/** The Secret with the login of an ObjectBucket in the claim's namespace, by the name of that. */
export function bucketLogin(claim: Claim, bucket: string): string {
  return connectionSecretName({ ...claim, name: bucket });
}

export function bucketSelector(claim: Claim, bucket: string): ResourceSelector {
  const { namespace } = claim;
  return { apiVersion: 'v1', kind: 'Secret', name: bucketLogin(claim, bucket), namespace };
}

/** The bucket in the middle of a sentence. */
export function bucketNamed(bucket: string): string {
  return `ObjectBucket ${bucket}`;
}

/** Why nothing is known of the bucket, as a whole sentence. */
export function bucketMissing(bucket: string): string {
  return `${bucketNamed(bucket)} has no login in this namespace yet: Secret ${bucket}-conn is not there, or not complete.`;
}

/** What the Secret with the login says; undefined while it is not there, or not complete. */
export function bucketPlace(login: Lookup): BucketPlace | undefined {
  const [endpoint, bucket] = [secretValue(login, 'endpoint'), secretValue(login, 'bucket')];
  return endpoint === '' || bucket === '' ? undefined : { endpoint, bucket };
}

/** Whether the server is AWS's own, which clients find by the region. */
export function isAws({ endpoint }: BucketPlace): boolean {
  return /\.amazonaws\.com(\.cn)?$/.test(endpoint);
}
