import type { Claim, Context, ResourceSelector } from '../../../composition/contract.ts';
import type { Spec } from '../xr.gen.ts';
import { accessPolicy } from './access-policy.ts';
import type { Account, Managed } from './managed.ts';
import { externalName, iam, managed } from './managed.ts';

export const userKind = { apiVersion: iam, kind: 'User' } as const;

/** The user that the bucket is used by, and what it may do, by key. */
export function bucketUser(claim: Claim<Spec>, account: Account): Readonly<Record<string, Managed>> {
  const { name } = claim;
  const policy = accessPolicy(account);
  const annotations = { [externalName]: account.login };
  return {
    user: managed(claim, account, { ...userKind, annotations }, {}),
    policy: managed(
      claim,
      account,
      { apiVersion: iam, kind: 'Policy', annotations },
      { policy: JSON.stringify(policy) },
    ),
    'policy-attachment': managed(
      claim,
      account,
      { apiVersion: iam, kind: 'UserPolicyAttachment' },
      { userRef: { name }, policyArnRef: { name } },
    ),
  };
}

/** Stands for a revision in names; AWS gives a user two keys at most, so there is one for the revision before too. */
function short(context: Context, revision: string): string {
  return context.digest(revision).slice(0, 8);
}

/** The key of the access key of this revision among the composed resources. */
export function accessKeyKey(context: Context, revision: string): string {
  return `access-key-${short(context, revision)}`;
}

function accessKeyName(claim: Claim, context: Context, revision: string): string {
  return `${claim.name}-key-${short(context, revision)}`;
}

/** The access key itself. The provider writes it to a Secret of the same name. */
export function accessKey(claim: Claim<Spec>, context: Context, account: Account, revision: string): Managed {
  const name = accessKeyName(claim, context, revision);
  const kind = { apiVersion: iam, kind: 'AccessKey' };
  const key = managed(claim, account, kind, { userRef: { name: claim.name } }, name);
  return { ...key, spec: { ...key.spec, writeConnectionSecretToRef: { name } } };
}

/** The Secret that the provider writes the key to: `username` is its id, `password` the secret. */
export function accessKeySecret(claim: Claim, context: Context, revision: string): ResourceSelector {
  const name = accessKeyName(claim, context, revision);
  return { apiVersion: 'v1', kind: 'Secret', name, namespace: claim.namespace };
}
