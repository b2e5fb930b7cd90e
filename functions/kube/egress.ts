import type { INetworkPolicyEgressRule as EgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule';
import { tcp } from './access.ts';
import { outside, peersOf } from './outside.ts';
import type { PodsOf } from './peers.ts';
import { peerOf } from './peers.ts';

/** A host and a port to connect to. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A rule of a claim's `egress`: addresses, or Pods. */
export interface AllowedEgress extends PodsOf {
  readonly cidr?: string;
  readonly except?: readonly string[];
  readonly ports?: readonly number[];
}

/** To anywhere: a name server may run on the node itself, which no selector finds. */
export const dns: EgressRule = { ports: [{ protocol: 'UDP', port: 53 }, tcp(53)] };

/** To these servers, as far as their hosts say where they are. A rule without anybody would be one for everybody. */
export function connecting(namespace: string, servers: readonly Address[]): EgressRule[] {
  return servers.flatMap(({ host, port }) => {
    const { known } = peersOf(host, namespace);
    return known.length === 0 ? [] : [{ to: known, ports: [tcp(port)] }];
  });
}

/** What a claim names; without that the world outside, on the port of HTTPS and on those of servers that may be there. */
export function allowedEgress(
  namespace: string,
  rules: readonly AllowedEgress[] | undefined,
  servers: readonly Address[],
): EgressRule[] {
  if (rules === undefined) {
    const abroad = servers.filter(({ host }) => peersOf(host, namespace).outside).map(({ port }) => port);
    return [{ to: [...outside], ports: [...new Set([443, ...abroad])].map(tcp) }];
  }
  return rules.map(({ cidr, except, ports, ...pods }) => ({
    to: [
      cidr === undefined
        ? peerOf(pods)
        : { ipBlock: { cidr, ...(except === undefined ? {} : { except: [...except] }) } },
    ],
    ...(ports === undefined ? {} : { ports: ports.map(tcp) }),
  }));
}
