import type { Claim, Composed, Context, Observed, ServedKind } from '../../../composition/contract.ts';
import { optionalKind } from '../../../kube/optional-kind.ts';
import { standingRevision } from '../connection.ts';
import type { Spec } from '../xr.gen.ts';
import { bucketKind, bucketSettings } from './bucket.ts';
import { accessKey, accessKeyKey, bucketUser, userKind } from './login.ts';
import type { Account, Managed } from './managed.ts';
import { managedReady } from './managed.ts';

/** The two packages of the provider that a bucket takes. */
export function awsKinds(context: Context): {
  readonly missing: ServedKind | undefined;
  readonly served: boolean;
  readonly asks: Readonly<Record<string, ServedKind>>;
} {
  const [s3, iam] = [optionalKind(context, 'bucket', bucketKind), optionalKind(context, 'user', userKind)];
  return {
    missing: s3.missing ? bucketKind : iam.missing ? userKind : undefined,
    served: s3.served,
    asks: { ...s3.asks, ...iam.asks },
  };
}

/** Everything at AWS but the bucket itself: its settings, and who may use it. */
export function composeAws(
  claim: Claim<Spec>,
  context: Context,
  account: Account,
  live: Observed | undefined,
): Composed[] {
  const { spec } = claim;
  const composed = (key: string, object: Managed): Composed => ({
    key,
    object,
    readiness: managedReady(context.observed(key)),
  });
  const listed = (objects: Readonly<Record<string, Managed>>) =>
    Object.entries(objects).map(([key, object]) => composed(key, object));
  // What was there before the claim keeps its settings.
  const isOurs = !account.wasThere && (spec.adopt !== true || live === undefined);
  const settings = listed(bucketSettings(claim, account)).filter(
    ({ key }) => isOurs || context.observed(key) !== undefined,
  );
  return [
    ...settings,
    ...listed(bucketUser(claim, account)),
    ...revisions(spec, context).map((revision) =>
      composed(accessKeyKey(context, revision), accessKey(claim, context, account, revision)),
    ),
  ];
}

/** The key before goes only when the Secret has been seen with the new one. */
function revisions({ credentialsRevision }: Spec, context: Context): string[] {
  const before = standingRevision(context);
  const isKept = before !== '' && context.observed(accessKeyKey(context, before)) !== undefined;
  return [...new Set([credentialsRevision, ...(isKept ? [before] : [])])];
}
