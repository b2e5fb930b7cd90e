import type { IPodSpec as PodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IVolume as Volume } from 'kubernetes-models/v1/Volume';
import type { Claim, Problem } from '../composition/contract.ts';
import { checkKeys, checkLabels } from './labels.ts';
import type { Component } from './metadata.ts';
import { labels } from './metadata.ts';
import { secretsChecksumAnnotation } from './needed-secrets.ts';
import type { Placement } from './placement.ts';
import { checkPlacement, placed } from './placement.ts';
import { podSecurity } from './pod-security.ts';

/** What a claim says of its Pods, whatever runs in them. */
export interface PodFields {
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
  readonly imagePullSecrets?: readonly string[];
  readonly placement?: Partial<Placement>;
  readonly runtimeClassName?: string;
}

/** Labels and annotations of Pods: the claim's, and over them ours, with the checksum of Secrets where it is known. */
export function podMetadata(claim: Claim<PodFields>, component: Component, checksum?: string) {
  const { podLabels, podAnnotations } = claim.spec;
  const ours = checksum === undefined ? {} : { [secretsChecksumAnnotation]: checksum };
  return {
    labels: { ...podLabels, ...labels(claim, component) },
    ...(podAnnotations === undefined && checksum === undefined
      ? {}
      : { annotations: { ...podAnnotations, ...ours } }),
  };
}

/** What all Pods of a claim have in common. */
export function podDefaults(
  { spec }: Claim<PodFields>,
  serviceAccountName: string,
  volumes: Volume[],
): Omit<PodSpec, 'containers'> {
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    // Variables for Services would come between, such as POSTGRES_PORT for one called postgres.
    enableServiceLinks: false,
    securityContext: podSecurity(),
    ...(spec.imagePullSecrets === undefined
      ? {}
      : { imagePullSecrets: spec.imagePullSecrets.map((name) => ({ name })) }),
    ...placed(spec.placement ?? {}),
    ...(spec.runtimeClassName === undefined ? {} : { runtimeClassName: spec.runtimeClassName }),
    volumes,
  };
}

/** What the API server would refuse in the Pods. */
export function checkPods(spec: PodFields): Problem[] {
  return [
    ...checkPlacement('spec.placement', spec.placement ?? {}),
    ...checkLabels('spec.podLabels', spec.podLabels),
    ...checkKeys('spec.podAnnotations', spec.podAnnotations),
    ...checkKeys('spec.serviceAccountAnnotations', spec.serviceAccountAnnotations),
  ];
}
