import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { Claim, Context } from '../../../composition/contract.ts';
import { tcp } from '../../../kube/access.ts';
import { allowedEgress, connecting, dns } from '../../../kube/egress.ts';
import { metadata, selector } from '../../../kube/metadata.ts';
import { natsAddresses } from './address.ts';
import { httpPort } from '../environment.ts';
import { names } from '../names.ts';
import { peerOf } from '../../../kube/peers.ts';
import { cacheAddress, databaseAddress } from '../../../kube/store-addresses.ts';
import { peersOf } from '../../../kube/outside.ts';
import type { Spec } from '../xr.gen.ts';

/**
 * In: HTTP from those whom the claim names, or from its namespace. Out: DNS, NATS, the database and the cache, and what the
 * claim allows besides. Probes come from the node, which policies do not hold back.
 */
export function networkPolicy(claim: Claim<Spec>, context: Context): INetworkPolicy {
  const { namespace, spec } = claim;
  const { ingress = [{}], egress } = spec;
  const servers = [
    ...natsAddresses(claim),
    databaseAddress(context, 'postgres'),
    cacheAddress(context, 'dragonfly'),
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(claim, 'worker', names(claim).networkPolicy),
    spec: {
      podSelector: { matchLabels: selector(claim, 'worker') },
      policyTypes: ['Ingress', 'Egress'],
      // A rule without anybody would let everybody in.
      ingress: ingress.length === 0 ? [] : [{ from: ingress.map(peerOf), ports: [tcp(httpPort)] }],
      egress: [dns, ...connecting(namespace, servers), ...allowedEgress(namespace, egress, servers)],
    },
  };
}

/** Of the Job that makes the stream: out to DNS and NATS, and nothing in. */
export function streamNetworkPolicy(claim: Claim<Spec>): INetworkPolicy {
  const servers = natsAddresses(claim);
  const abroad = servers.some(({ host }) => peersOf(host, claim.namespace).outside);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(claim, 'stream', names(claim).stream),
    spec: {
      podSelector: { matchLabels: selector(claim, 'stream') },
      policyTypes: ['Ingress', 'Egress'],
      egress: [
        dns,
        ...connecting(claim.namespace, servers),
        ...(abroad ? allowedEgress(claim.namespace, claim.spec.egress, servers) : []),
      ],
    },
  };
}
