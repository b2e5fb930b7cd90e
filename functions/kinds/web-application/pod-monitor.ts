import type { Claim } from '../../composition/contract.ts';
import { metadata, selector } from '../../kube/metadata.ts';
import type { PodMonitor } from '../../kube/pod-monitor.ts';
import { podMonitorKind } from '../../kube/pod-monitor.ts';
import { metricsPort } from './container.ts';
import { web, webName } from './names.ts';
import type { CompleteSpec } from './complete.ts';

/** Undefined when the claim does not ask to be scraped. */
export function podMonitor(claim: Claim<CompleteSpec>): PodMonitor | undefined {
  const { monitoring } = claim.spec;
  if (monitoring === undefined) return undefined;
  return {
    ...podMonitorKind,
    metadata: metadata(claim, web, webName(claim)),
    spec: {
      selector: { matchLabels: selector(claim, web) },
      podMetricsEndpoints: [{ port: metricsPort(claim.spec), path: monitoring.path }],
    },
  };
}
