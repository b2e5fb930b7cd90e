import type { INetworkPolicyPeer as Peer } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer';
import { isAddress } from './cidr.ts';
import { peerOf } from './peers.ts';

/**
 * Everywhere but private addresses and those under which clouds serve credentials to their machines: 169.254.169.254 and its
 * like, Azure's 168.63.129.16, Alibaba's in 100.64.0.0/10, Oracle's in 192.0.0.0/24, and AWS' and Google's in fc00::/7.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 */
export const outside: readonly Peer[] = [
  {
    ipBlock: {
      cidr: '0.0.0.0/0',
      except: [
        '10.0.0.0/8',
        '100.64.0.0/10',
        '168.63.129.16/32',
        '169.254.0.0/16',
        '172.16.0.0/12',
        '192.0.0.0/24',
        '192.168.0.0/16',
        '198.18.0.0/15',
      ],
    },
  },
  { ipBlock: { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] } },
];

/**
 * Who a host may be, seen from a namespace: a policy knows no names. A Service's name says in which namespace its Pods are; of
 * any other name nobody can tell the addresses. Of a name with one dot nobody can tell whether it is a Service's.
 */
export function peersOf(
  host: string,
  ownNamespace: string,
): { readonly known: Peer[]; readonly outside: boolean } {
  if (isAddress(host)) {
    const cidr = `${host}/${host.includes(':') ? 128 : 32}`;
    return { known: [{ ipBlock: { cidr } }], outside: false };
  }
  const labels = host.toLowerCase().replace(/\.$/, '').split('.');
  // A Pod's own name stands before its Service's: nats-0.nats-headless.nats.svc.
  const [, namespace, zone] = labels[3] === 'svc' ? labels.slice(1) : labels;
  if (namespace === undefined) return { known: [peerOf({ namespace: ownNamespace })], outside: false };
  if (zone === undefined) return { known: [peerOf({ namespace })], outside: true };
  return zone === 'svc' ? { known: [peerOf({ namespace })], outside: false } : { known: [], outside: true };
}
