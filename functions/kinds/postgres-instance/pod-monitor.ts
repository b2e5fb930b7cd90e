import type { Claim, Manifest } from '../../composition/contract.ts';
import { metadata } from '../../kube/metadata.ts';
import type { Spec } from './xr.gen.ts';

/** What Prometheus is told to scrape. Of the operator's type only these fields are used. */
export interface PodMonitor extends Manifest {
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly podMetricsEndpoints: readonly { readonly port: string }[];
  };
}

export const podMonitorKind = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor' };

/** CloudNativePG's own switch for this is deprecated. */
export function podMonitor(claim: Claim<Spec>): PodMonitor {
  return {
    ...podMonitorKind,
    metadata: metadata(claim, 'database'),
    spec: {
      selector: { matchLabels: { 'cnpg.io/cluster': claim.name } },
      podMetricsEndpoints: [{ port: 'metrics' }],
    },
  };
}
