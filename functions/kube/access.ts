import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { INetworkPolicyIngressRule as IngressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule';
import type { Claim, Composed, Condition, Context, Problem } from '../composition/contract.ts';
import { checkLabels } from './labels.ts';
import type { Component } from './metadata.ts';
import { metadata } from './metadata.ts';
import type { PodsOf } from './peers.ts';
import { taken } from './ready.ts';

/** What a claim says about who may connect. */
export interface Access {
  readonly from?: readonly PodsOf[];
}

/** What a NetworkPolicy lets in, and to which Pods. */
export interface Admission {
  readonly component: Component;
  readonly pods: Readonly<Record<string, string>>;
  readonly ingress: readonly IngressRule[];
}

const key = 'network-policy';

/** The type of the condition that says whether the policy is there. */
export const accessCondition = 'NetworkPolicyReady';

/** The NetworkPolicy of a claim that says who may connect. */
export function composeAccess(
  claim: Claim,
  context: Context,
  admission: Admission | undefined,
): { readonly resources: readonly Composed[]; readonly conditions: readonly Condition[] } {
  if (admission === undefined) return { resources: [], conditions: [] };
  const readiness = taken(context, key);
  const condition: Condition = readiness.ready
    ? { type: accessCondition, status: 'True', reason: 'Made' }
    : {
        type: accessCondition,
        status: 'False',
        reason: 'NotMade',
        message: `The NetworkPolicy ${readiness.why}.`,
      };
  return { resources: [{ key, object: policy(claim, admission), readiness }], conditions: [condition] };
}

function policy(claim: Claim, { component, pods, ingress }: Admission): INetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(claim, component, `${claim.name}-access`),
    spec: { podSelector: { matchLabels: { ...pods } }, policyTypes: ['Ingress'], ingress: [...ingress] },
  };
}

/** Labels that the API server would refuse. */
export function checkAccess({ from = [] }: Access = {}): Problem[] {
  return from.flatMap(({ pods }, index) => checkLabels(`spec.access.from[${index}].pods`, pods));
}

/** A port of a rule. */
export function tcp(port: number) {
  return { protocol: 'TCP' as const, port };
}
