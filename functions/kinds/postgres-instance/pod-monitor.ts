import type { Claim } from '../../composition/contract.ts';
import { metadata } from '../../kube/metadata.ts';
import type { PodMonitor } from '../../kube/pod-monitor.ts';
import { podMonitorKind } from '../../kube/pod-monitor.ts';
import type { Spec } from './xr.gen.ts';

/** Undefined when the claim does not ask to be scraped. CloudNativePG's own switch for this is deprecated. */
export function podMonitor(claim: Claim<Spec>): PodMonitor | undefined {
  if (!claim.spec.monitoring) return undefined;
  return {
    ...podMonitorKind,
    metadata: metadata(claim, 'database'),
    spec: {
      selector: { matchLabels: { 'cnpg.io/cluster': claim.name } },
      podMetricsEndpoints: [{ port: 'metrics' }],
    },
  };
}
