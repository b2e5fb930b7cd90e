import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { Claim } from '../composition/contract.ts';
import type { Component } from './metadata.ts';
import { metadata, selector } from './metadata.ts';

/**
 * One Pod at a time. A minimum instead would block every drain while there is a single Pod. One that is not ready may always
 * go: it does no work, and would keep its node from being drained for as long as it does none.
 * https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy
 */
export function disruptionBudget(claim: Claim, component: Component, name: string): IPodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadata(claim, component, name),
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: selector(claim, component) },
    },
  };
}
