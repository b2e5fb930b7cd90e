import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { INetworkPolicyEgressRule as EgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule';
import type { Claim, Context } from '../../../composition/contract.ts';
import { metadata, selector } from '../../../kube/metadata.ts';
import type { Address } from './address.ts';
import { natsAddresses } from './address.ts';
import { httpPort } from '../environment.ts';
import { names } from '../names.ts';
import { peerOf } from '../../../kube/peers.ts';
import { outside, peersOf } from './peers.ts';
import { storeAddresses } from './store-addresses.ts';
import type { Spec } from '../xr.gen.ts';

/**
 * In: HTTP from those whom the claim names, or from its namespace. Out: DNS, NATS, the database and the cache, and what the
 * claim allows besides. Probes come from the node, which policies do not hold back.
 */
export function networkPolicy(claim: Claim<Spec>, context: Context): INetworkPolicy {
  const { ingress = [{}] } = claim.spec;
  const servers = [...natsAddresses(claim), ...storeAddresses(context)];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(claim, 'worker', names(claim).networkPolicy),
    spec: {
      podSelector: { matchLabels: selector(claim, 'worker') },
      policyTypes: ['Ingress', 'Egress'],
      // A rule without anybody would let everybody in.
      ingress: ingress.length === 0 ? [] : [{ from: ingress.map(peerOf), ports: [tcp(httpPort)] }],
      egress: [dns, ...servers.flatMap((each) => connect(claim, each)), ...allowed(claim, servers)],
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
        ...servers.flatMap((each) => connect(claim, each)),
        ...(abroad ? allowed(claim, servers) : []),
      ],
    },
  };
}

/** To anywhere: a name server may run on the node itself, which no selector finds. */
const dns: EgressRule = { ports: [{ protocol: 'UDP', port: 53 }, tcp(53)] };

/** A rule without anybody would be one for everybody. */
function connect({ namespace }: Claim, { host, port }: Address): EgressRule[] {
  const { known } = peersOf(host, namespace);
  return known.length === 0 ? [] : [{ to: known, ports: [tcp(port)] }];
}

/** What the claim names; without that the world outside, on the port of HTTPS and on those of servers that may be there. */
function allowed({ namespace, spec: { egress } }: Claim<Spec>, servers: readonly Address[]): EgressRule[] {
  if (egress === undefined) {
    const abroad = servers.filter(({ host }) => peersOf(host, namespace).outside).map(({ port }) => port);
    return [{ to: [...outside], ports: [...new Set([443, ...abroad])].map(tcp) }];
  }
  return egress.map(({ cidr, except, ports, ...pods }) => ({
    to: [
      cidr === undefined
        ? peerOf(pods)
        : { ipBlock: { cidr, ...(except === undefined ? {} : { except: [...except] }) } },
    ],
    ...(ports === undefined ? {} : { ports: ports.map(tcp) }),
  }));
}

function tcp(port: number) {
  return { protocol: 'TCP' as const, port };
}
