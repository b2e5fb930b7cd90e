import type { Claim } from '../../../composition/contract.ts';
import type { Spec } from '../xr.gen.ts';
import type { Account, Managed } from './managed.ts';
import { externalName, loginAnnotation, managed, s3 } from './managed.ts';

export const bucketKind = { apiVersion: s3, kind: 'Bucket' } as const;

/** Days after which the parts of an upload that was never finished go. */
const unfinishedDays = 7;

/**
 * What the provider may do to the bucket and its settings. Without `Delete` they stay at AWS even when the objects here are lost with
 * their namespace. One that is there already is only looked at: not made, for nothing would be in it, and not changed, for the provider
 * would put its own tags in the place of those that stand.
 * https://docs.crossplane.io/latest/managed-resources/managed-resources/#managementpolicies
 */
function policies(
  { deletionPolicy }: Spec,
  { wasThere }: Account,
): Pick<Managed['spec'], 'managementPolicies'> {
  if (wasThere) return { managementPolicies: ['Observe'] };
  return deletionPolicy === 'Retain'
    ? { managementPolicies: ['Create', 'Observe', 'Update', 'LateInitialize'] }
    : {};
}

function kept(spec: Spec, account: Account, object: Managed): Managed {
  return { ...object, spec: { ...object.spec, ...policies(spec, account) } };
}

/** AWS deletes a bucket with objects in it only where the claim says in so many words that they shall go. */
export function bucket(claim: Claim<Spec>, account: Account): Managed {
  const forProvider = { region: account.region, forceDestroy: claim.spec.deletionPolicy === 'Delete' };
  const annotations = { [externalName]: account.bucket, [loginAnnotation]: account.login };
  return kept(claim.spec, account, managed(claim, account, { ...bucketKind, annotations }, forProvider));
}

/** How the bucket is set, by key: closed to the public, encrypted, with versions, and rid of what nobody wants any more. */
export function bucketSettings(claim: Claim<Spec>, account: Account): Readonly<Record<string, Managed>> {
  const { spec } = claim;
  const setting = (kind: string, of: object) =>
    kept(
      spec,
      account,
      managed(
        claim,
        account,
        { apiVersion: s3, kind },
        { region: account.region, bucketRef: { name: claim.name }, ...of },
      ),
    );
  return {
    'public-access-block': setting('BucketPublicAccessBlock', {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    }),
    encryption: setting('BucketServerSideEncryptionConfiguration', { rule: [encryption(account)] }),
    versioning: setting('BucketVersioning', {
      versioningConfiguration: { status: spec.versioning ? 'Enabled' : 'Suspended' },
    }),
    lifecycle: setting('BucketLifecycleConfiguration', { rule: lifecycle(spec) }),
  };
}

function encryption({ kmsKey }: Account) {
  return kmsKey === undefined
    ? { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }
    : {
        applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: kmsKey },
        bucketKeyEnabled: true,
      };
}

function lifecycle({ keepVersionsDays, expireAfterDays }: Spec) {
  const rule = (id: string, of: object) => ({ id, status: 'Enabled', filter: [{ prefix: '' }], ...of });
  return [
    rule('unfinished-uploads', {
      abortIncompleteMultipartUpload: [{ daysAfterInitiation: unfinishedDays }],
    }),
    rule('old-versions', { noncurrentVersionExpiration: [{ noncurrentDays: keepVersionsDays }] }),
    ...(expireAfterDays === undefined
      ? []
      : [rule('old-objects', { expiration: [{ days: expireAfterDays }] })]),
  ];
}
