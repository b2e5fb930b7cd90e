import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { Claim } from '../../composition/contract.ts';
import { metadata, selector } from '../../kube/metadata.ts';
import { natsAddress } from './address.ts';
import { httpPort } from './environment.ts';
import { names } from './names.ts';
import type { Spec } from './xr.gen.ts';

/**
 * In: HTTP from the claim's namespace. Out: DNS; NATS, databases and caches in the cluster; and what the
 * claim allows outside of it. Probes come from the node, which policies do not hold back.
 */
export function networkPolicy(claim: Claim<Spec>): INetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(claim, 'worker', names(claim).networkPolicy),
    spec: {
      podSelector: { matchLabels: selector(claim, 'worker') },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: {} }], ports: [tcp(httpPort)] }],
      egress: [
        { ports: [{ protocol: 'UDP', port: 53 }, tcp(53)] },
        {
          to: [{ namespaceSelector: {} }],
          ports: [natsAddress(claim.spec.natsUrl).port, 5432, 6379].map(tcp),
        },
        ...claim.spec.egress.map(({ cidr, except, ports }) => ({
          to: [{ ipBlock: { cidr, ...(except === undefined ? {} : { except: [...except] }) } }],
          ...(ports === undefined ? {} : { ports: ports.map(tcp) }),
        })),
      ],
    },
  };
}

function tcp(port: number) {
  return { protocol: 'TCP' as const, port };
}
