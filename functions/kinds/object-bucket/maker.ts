import type { Claim, Context, Observed, Problem } from '../../composition/contract.ts';
import { at, list, text } from '../../composition/read.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import type { Account } from './aws/managed.ts';
import { externalName, loginAnnotation } from './aws/managed.ts';
import type { Spec } from './xr.gen.ts';

/** Who makes the bucket: AWS through its Crossplane provider, or the operator of a StorageClass. */
export type Maker =
  | ({ readonly kind: 'aws' } & Account)
  | { readonly kind: 'objectBucketClaim'; readonly bucket: string; readonly storageClassName: string };

/** The region that AWS itself takes where nobody says one. */
const defaultRegion = 'us-east-1';

/** Keys of the composed resource that is the bucket. */
export const bucketKeys = { aws: 'bucket', objectBucketClaim: 'bucket-claim' } as const;

/** Which of the two it is: what was made, else what the claim says, else the platform. */
export function providerOf(
  { spec }: Claim<Spec>,
  context: Context,
  { buckets }: PlatformSettings,
): Maker['kind'] {
  const made = (['aws', 'objectBucketClaim'] as const).find(
    (kind) => context.observed(bucketKeys[kind]) !== undefined,
  );
  const said = spec.provider ?? (spec.storageClassName === undefined ? undefined : 'objectBucketClaim');
  return made ?? said ?? buckets?.provider ?? 'aws';
}

/** Where and how the bucket is made. One that stands stays where it is, whatever the platform says later. */
export function makerOf(
  claim: Claim<Spec>,
  kind: Maker['kind'],
  { buckets = {} }: PlatformSettings,
  live: Observed | undefined,
): Maker {
  const { spec } = claim;
  const given = buckets.existing?.[`${claim.namespace}/${claim.name}`];
  if (kind === 'objectBucketClaim') {
    const standing = text(at(live, 'spec', 'storageClassName'));
    const storageClassName = standing || spec.storageClassName || buckets.storageClassName || '';
    return { kind, storageClassName, bucket: text(at(live, 'spec', 'bucketName')) || newName(claim) };
  }
  const standing = text(at(live, 'spec', 'forProvider', 'region'));
  return {
    kind,
    region: standing || spec.region || buckets.region || defaultRegion,
    providerConfig:
      text(at(live, 'spec', 'providerConfigRef', 'name')) || buckets.providerConfig || 'default',
    bucket: text(at(live, 'metadata', 'annotations', externalName)) || given || newName(claim),
    login: text(at(live, 'metadata', 'annotations', loginAnnotation)) || newName(claim),
    wasThere: live === undefined ? given !== undefined : !mayBeMade(live),
    kmsKey: buckets.kmsKey,
  };
}

/** Whether the provider may make the bucket: where nobody says what it may do, the API server writes that it may do everything. */
function mayBeMade(bucket: Observed): boolean {
  const policies = list(at(bucket, 'spec', 'managementPolicies'));
  return policies.length === 0 || policies.includes('*') || policies.includes('Create');
}

/**
 * All buckets of a server have one namespace, so that a claim which is made again gets another name.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
function newName({ name, namespace, uid }: Claim): string {
  const readable = `${namespace}-${name}`.slice(0, 54).replace(/-+$/, '');
  return [readable, uid.slice(0, 8)].filter((part) => part !== '').join('-');
}

/** What is missing, and what the claim asks of a maker that cannot do it. */
export function makerProblems({ spec }: Claim<Spec>, maker: Maker): Problem[] {
  if (maker.kind === 'aws') return [];
  return maker.storageClassName === ''
    ? [{ path: 'spec.storageClassName', message: 'is needed, here or from the platform' }]
    : spec.region === undefined
      ? []
      : [{ path: 'spec.region', message: 'is for AWS; here the StorageClass decides' }];
}
