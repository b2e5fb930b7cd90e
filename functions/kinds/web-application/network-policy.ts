import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { INetworkPolicyEgressRule as EgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule';
import type { Claim, Context } from '../../composition/contract.ts';
import { tcp } from '../../kube/access.ts';
import { allowedEgress, connecting, dns } from '../../kube/egress.ts';
import { metadata, selector } from '../../kube/metadata.ts';
import { peerOf } from '../../kube/peers.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import { cacheAddress, databaseAddress } from '../../kube/store-addresses.ts';
import { migrationComponent } from './migration.ts';
import { web, webName } from './names.ts';
import type { CompleteSpec } from './complete.ts';

/**
 * In: requests from the gateway where there is a hostname, and from those whom the claim names, or from its namespace. Out: DNS, the
 * database and the cache, and what the claim allows besides. Probes come from the node, which policies do not hold back.
 */
export function networkPolicy(
  claim: Claim<CompleteSpec>,
  context: Context,
  { gateway }: PlatformSettings,
): INetworkPolicy {
  const { ingress = [{}], hostname, port, monitoring } = claim.spec;
  const proxies =
    hostname === undefined || gateway === undefined
      ? []
      : (gateway.proxies ?? [{ namespace: gateway.namespace }]);
  const from = [...ingress, ...proxies].map(peerOf);
  const ports = [...new Set([port, ...(monitoring?.port === undefined ? [] : [monitoring.port])])];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(claim, web, webName(claim)),
    spec: {
      podSelector: { matchLabels: selector(claim, web) },
      policyTypes: ['Ingress', 'Egress'],
      // A rule without anybody would let everybody in.
      ingress: from.length === 0 ? [] : [{ from, ports: ports.map(tcp) }],
      egress: egress(claim, context),
    },
  };
}

/** Of migrations: out as the Pods, and nothing in. */
export function migrationNetworkPolicy(claim: Claim<CompleteSpec>, context: Context): INetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(claim, migrationComponent, `${claim.name}-migrate`),
    spec: {
      podSelector: { matchLabels: selector(claim, migrationComponent) },
      policyTypes: ['Ingress', 'Egress'],
      egress: egress(claim, context),
    },
  };
}

function egress({ namespace, spec }: Claim<CompleteSpec>, context: Context): EgressRule[] {
  const stores = [
    ...(spec.database === undefined ? [] : [databaseAddress(context, 'database-conn')]),
    ...(spec.cache === undefined ? [] : [cacheAddress(context, 'cache-conn')]),
  ];
  return [dns, ...connecting(namespace, stores), ...allowedEgress(namespace, spec.egress, stores)];
}
