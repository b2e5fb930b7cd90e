import type {
  Claim,
  Composed,
  Composition,
  Context,
  Kind,
  Manifest,
  Observed,
  Readiness,
} from '../../composition/contract.ts';
import { stops } from '../../composition/ratchet.ts';
import { object } from '../../composition/read.ts';
import { adoptionConditions, takeoverProblems } from '../../kube/adoption.ts';
import {
  connectionKey,
  connectionRequirement,
  connectionSecretName,
  typeProblems,
} from '../../kube/connection-secret.ts';
import { checkName } from '../../kube/names.ts';
import { optionalKind } from '../../kube/optional-kind.ts';
import { platformRequirement, platformSettings } from '../../kube/platform.ts';
import { exists, unready } from '../../kube/ready.ts';
import { retained, retentionRequirement, retentionStatus } from '../../kube/retention.ts';
import { awsKinds, composeAws } from './aws/aws.ts';
import { bucket, bucketKind } from './aws/bucket.ts';
import type { Managed } from './aws/managed.ts';
import { managedReady } from './aws/managed.ts';
import type { BucketClaim } from './bucket-claim.ts';
import { bucketClaim, bucketClaimKind, bucketClaimReady } from './bucket-claim.ts';
import { bucketSecret, connectionOf, connectionRequirements, secretType } from './connection.ts';
import type { Connection } from './connection.ts';
import type { Maker } from './maker.ts';
import { bucketKeys, makerOf, makerProblems, providerOf } from './maker.ts';
import type { BucketState } from './status.ts';
import {
  bucketCondition,
  bucketState,
  credentialsCondition,
  noOperator,
  versioningCondition,
} from './status.ts';
import { schema } from './xr.gen.ts';
import type { Spec, Status } from './xr.gen.ts';

export const objectBucket: Kind<Spec> = {
  apiVersion: 'storage.bizmatters.io/v1alpha1',
  kind: 'ObjectBucket',
  schema,
  compose,
  optionalConditions: ['Adopted', 'VersioningReady'],
};

/** The key of the live look at the claim's own bucket among the requirements. */
const liveKey = 'standing-bucket';

function compose(claim: Claim<Spec>, context: Context): Composition {
  const platform = platformSettings(context);
  const provider = providerOf(claim, context, platform.settings);
  const kind = provider === 'aws' ? bucketKind : bucketClaimKind;
  const key = bucketKeys[provider];
  const operator = provider === 'aws' ? awsKinds(context) : claimKind(context);
  const found = context.required(liveKey);
  const live = found ?? context.observed(key);
  const maker = makerOf(claim, provider, platform.settings, live);
  const connection = connectionOf(claim, context, maker);
  const requirements = {
    [connectionKey]: connectionRequirement(claim),
    ...connectionRequirements(claim, context, maker),
    ...(operator.served ? { [liveKey]: { ...kind, name: claim.name, namespace: claim.namespace } } : {}),
    ...retentionRequirement(claim),
    ...platformRequirement,
  };
  const schemas = operator.asks;
  const problems = [
    ...platform.problems,
    ...checkName(claim.name, 50),
    ...makerProblems(claim, maker),
    ...takeoverProblems(claim, found, context.observed(key)),
    ...takeoverProblems(claim, context.required(connectionKey), context.observed(connectionKey)),
    ...typeProblems(context.required(connectionKey), { name: connectionSecretName(claim), type: secretType }),
  ];
  if (stops(problems, context)) return { kind: 'refused', problems, requirements, schemas };

  const made = bucketOf(claim, maker);
  const readiness = bucketReadiness(context.observed(key), maker, connection);
  // Nothing is made in place of what nobody has looked at.
  const looked = live !== undefined || found === null;
  const resources = [
    ...connectionSecretOf(claim, context, connection),
    ...(operator.missing !== undefined || !looked
      ? []
      : [{ key, object: asItStands(claim, made, live), readiness }]),
    ...(operator.missing !== undefined || maker.kind !== 'aws'
      ? []
      : composeAws(claim, context, maker, live)),
  ];
  const state =
    operator.missing === undefined
      ? bucketState(resources, readiness, connection)
      : noOperator(operator.missing);
  return {
    kind: 'composed',
    output: {
      resources: retained(claim, context, resources),
      status: { ...statusOf(claim, state, maker, connection), ...retentionStatus(claim, context, resources) },
      conditions: [
        bucketCondition(state),
        credentialsCondition(claim, maker, connection),
        ...versioningCondition(maker),
        ...adoptionConditions(claim, made, live, waitingFields),
      ],
      requirements,
      schemas,
      standing: problems,
    },
  };
}

/** Whether the operator of ObjectBucketClaims is there, in the words of the other provider. */
function claimKind(context: Context) {
  const { missing, served, asks } = optionalKind(context, bucketKeys.objectBucketClaim, bucketClaimKind);
  return { missing: missing ? bucketClaimKind : undefined, served, asks };
}

function bucketOf(claim: Claim<Spec>, maker: Maker): Managed | BucketClaim {
  return maker.kind === 'aws' ? bucket(claim, maker) : bucketClaim(claim, maker);
}

/** Fields of a bucket that stay as they stand while `spec.adopt` is true. */
const kept = ['forProvider', 'managementPolicies', 'providerConfigRef', 'storageClassName', 'bucketName'];

/** Of those, the ones that a claim has a field for, by its name there. */
const waitingFields = { forProvider: 'region or deletionPolicy', storageClassName: 'storageClassName' };

function asItStands(
  claim: Claim<Spec>,
  made: Managed | BucketClaim,
  live: Observed | undefined,
): Manifest & { readonly spec: object } {
  if (claim.spec.adopt !== true || live === undefined) return made;
  const standing = object(live.spec);
  const stays = kept.filter((field) => standing[field] !== undefined);
  return {
    ...made,
    spec: { ...made.spec, ...Object.fromEntries(stays.map((field) => [field, standing[field]])) },
  };
}

/** A bucket that nobody can log in to yet is of no use. */
function bucketReadiness(
  observed: Observed | undefined,
  maker: Maker,
  connection: Connection | undefined,
): Readiness {
  const readiness = maker.kind === 'aws' ? managedReady(observed) : bucketClaimReady(observed);
  return readiness.ready && connection === undefined ? unready('has no login yet') : readiness;
}

function connectionSecretOf(
  claim: Claim<Spec>,
  context: Context,
  connection: Connection | undefined,
): Composed[] {
  if (connection === undefined) return [];
  const readiness = exists(context.observed(connectionKey));
  return [{ key: connectionKey, object: bucketSecret(claim, connection), readiness }];
}

function statusOf(
  claim: Claim<Spec>,
  { phase, message }: BucketState,
  maker: Maker,
  connection: Connection | undefined,
): Status {
  return {
    phase,
    message,
    bucket: connection?.bucket ?? maker.bucket,
    secretName: connectionSecretName(claim),
    ...(connection === undefined
      ? {}
      : {
          endpoint: connection.endpoint,
          region: connection.region,
          credentialsRevision: connection.revision,
        }),
  };
}
