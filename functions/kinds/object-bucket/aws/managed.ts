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

/** What an object is, and what it is called at AWS. */
interface ManagedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What objects of one claim have in common. */
export interface Account {
  /** Name of the ClusterProviderConfig with which AWS is spoken to. */
  readonly providerConfig: string;
  readonly region: string;
  readonly bucket: string;
  /**
   * Name of the bucket's user and of its policy. A claim draws it, so that it is nobody else's: a user that is there already under a
   * bucket's name may be an administrator.
   */
  readonly login: string;
  /** Whether it was there before the claim, by whose consent it has a login and nothing else. */
  readonly wasThere: boolean;
  /** ARN of the key that encrypts the objects; undefined for one of AWS itself. */
  readonly kmsKey: string | undefined;
}

/** By what a thing in the cloud is known there, on the object that stands for it. */
export const externalName = 'crossplane.io/external-name';

/** On a Bucket: the name of its login, which a later claim goes on with. */
export const loginAnnotation = 'zerotouch.bizmatters.io/login';

/** Kinds of the provider that live in the namespace of their claim. */
export const s3 = 's3.aws.m.upbound.io/v1beta1';
export const iam = 'iam.aws.m.upbound.io/v1beta1';

/** One object, under the claim's name. Annotations give the name there, where the cloud does not give it one itself. */
export function managed(
  claim: Claim<Spec>,
  { providerConfig }: Account,
  { apiVersion, kind, annotations }: ManagedKind,
  forProvider: object,
  name = claim.name,
): Managed {
  return {
    apiVersion,
    kind,
    metadata: {
      ...metadata(claim, 'bucket', name),
      ...(annotations === undefined ? {} : { annotations }),
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
