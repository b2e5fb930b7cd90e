import type { Claim } from '../../composition/contract.ts';
import type { Admission } from '../../kube/access.ts';
import { tcp } from '../../kube/access.ts';
import { peerOf } from '../../kube/peers.ts';
import { port } from './connection.ts';
import { podLabels } from './dragonfly.ts';
import type { Spec } from './xr.gen.ts';

/** Whom the claim names. Its namespace and the operator are let in by the operator's own policy, and policies add up. */
export function admission(claim: Claim<Spec>): Admission | undefined {
  const { from = [] } = claim.spec.access ?? {};
  if (from.length === 0) return undefined;
  return {
    component: 'cache',
    pods: podLabels(claim),
    ingress: [{ from: from.map(peerOf), ports: [tcp(port)] }],
  };
}
