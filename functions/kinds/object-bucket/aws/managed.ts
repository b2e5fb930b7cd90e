import type { Claim, Manifest, Observed, Readiness } from '../../../composition/contract.ts';
import { conditionOf } from '../../../composition/read.ts';
import { metadata } from '../../../kube/metadata.ts';
import { readyCondition, unready } from '../../../kube/ready.ts';
import type { Spec } from '../xr.gen.ts';

/** An object of Crossplane's AWS provider. There are no generated types for them: nobody publishes any. */
export interface Managed extends Manifest {
  readonly spec: {
    readonly forProvider: object;
    readonly managementPolicies?: readonly string[];
    readonly providerConfigRef: { readonly kind: 'ClusterProviderConfig'; readonly name: string };
    readonly writeConnectionSecretToRef?: { readonly name: string };
  };
}

/** What objects of one claim have in common. */
export interface Account {
  /** Name of the ClusterProviderConfig with which AWS is spoken to. */
  readonly providerConfig: string;
  readonly region: string;
  /** Name of the bucket, and of what belongs to it in the account. */
  readonly bucket: string;
  /** Whether it was there before the claim, by whose consent it has a login and nothing else. */
  readonly wasThere: boolean;
  /** ARN of the key that encrypts the objects; undefined for one of AWS itself. */
  readonly kmsKey: string | undefined;
}

/** By what a thing in the cloud is known there, on the object that stands for it. */
export const externalName = 'crossplane.io/external-name';

/** Kinds of the provider that live in the namespace of their claim. */
export const s3 = 's3.aws.m.upbound.io/v1beta1';
export const iam = 'iam.aws.m.upbound.io/v1beta1';

/** One object, under the claim's name and, where the cloud does not give it a name itself, under the bucket's name there. */
export function managed(
  claim: Claim<Spec>,
  { providerConfig, bucket }: Account,
  { apiVersion, kind, isNamed }: { apiVersion: string; kind: string; isNamed: boolean },
  forProvider: object,
  name = claim.name,
): Managed {
  return {
    apiVersion,
    kind,
    metadata: {
      ...metadata(claim, 'bucket', name),
      ...(isNamed ? { annotations: { [externalName]: bucket } } : {}),
    },
    spec: { forProvider, providerConfigRef: { kind: 'ClusterProviderConfig', name: providerConfig } },
  };
}

/** The provider says in `Synced` what the cloud refused, and in `Ready` whether the thing is there. */
export function managedReady(observed: Observed | undefined): Readiness {
  const synced = observed && conditionOf(observed, 'Synced');
  if (synced?.status === 'False') return unready(synced.message || synced.reason);
  return readyCondition(observed);
}
