import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { Claim } from '../composition/contract.ts';
import type { Component } from './metadata.ts';
import { metadata } from './metadata.ts';

/** What a claim says of the identity of its Pods. */
interface Identity {
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
}

/** An identity of its own with no token: the Pods have no business with the API server. */
export function serviceAccount(claim: Claim<Identity>, component: Component, name: string): IServiceAccount {
  const { serviceAccountAnnotations: annotations } = claim.spec;
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      ...metadata(claim, component, name),
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    },
    automountServiceAccountToken: false,
  };
}
