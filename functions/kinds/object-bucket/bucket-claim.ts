import type { Claim, Manifest, Observed, Readiness, ResourceSelector } from '../../composition/contract.ts';
import { metadata } from '../../kube/metadata.ts';
import { phaseOf, ready, unready } from '../../kube/ready.ts';
import type { Spec } from './xr.gen.ts';

/**
 * The claim for a bucket that Rook, NooBaa and others serve. There is no generated type for it: nobody publishes one.
 * https://rook.io/docs/rook/latest/Storage-Configuration/Object-Storage-RGW/ceph-object-bucket-claim/
 */
export const bucketClaimKind = { apiVersion: 'objectbucket.io/v1alpha1', kind: 'ObjectBucketClaim' } as const;

export interface BucketClaim extends Manifest {
  readonly spec: { readonly storageClassName: string; readonly bucketName: string };
}

export function bucketClaim(
  claim: Claim<Spec>,
  { storageClassName, bucket }: { readonly storageClassName: string; readonly bucket: string },
): BucketClaim {
  return {
    ...bucketClaimKind,
    metadata: metadata(claim, 'bucket'),
    spec: { storageClassName, bucketName: bucket },
  };
}

/** What the operator says of the bucket: its login in a Secret, its address in a ConfigMap, both called like the claim. */
export function bucketClaimAnswers({
  name,
  namespace,
}: Claim): Record<'login' | 'address', ResourceSelector> {
  return {
    login: { apiVersion: 'v1', kind: 'Secret', name, namespace },
    address: { apiVersion: 'v1', kind: 'ConfigMap', name, namespace },
  };
}

/** The operator reports no conditions, only a phase. */
export function bucketClaimReady(observed: Observed | undefined): Readiness {
  if (observed === undefined) return unready('is being made');
  const phase = phaseOf(observed);
  if (phase === 'Bound') return ready;
  if (phase === '') return unready('has not been reported on by its operator');
  return unready(
    phase === 'Failed' ? 'failed: the log of its operator says why' : `is ${phase.toLowerCase()}`,
  );
}
