import type { Claim, Composed, Condition, Context, ServedKind } from '../../composition/contract.ts';
import { kindNotServed, notServed, optionalKind } from '../../kube/optional-kind.ts';
import { exists } from '../../kube/ready.ts';
import { podMonitor, podMonitorKind } from './pod-monitor.ts';
import type { Spec } from './xr.gen.ts';

/** What `spec.monitoring` comes to. */
export interface Monitoring {
  readonly resources: readonly Composed[];
  readonly conditions: readonly Condition[];
  readonly schemas: Readonly<Record<string, ServedKind>>;
}

const key = 'pod-monitor';
const type = 'MonitoringReady';

/** A PodMonitor where Prometheus' operator is installed; a database is not held up by its absence. */
export function monitoring(claim: Claim<Spec>, context: Context): Monitoring {
  if (!claim.spec.monitoring) return { resources: [], conditions: [], schemas: {} };
  const { missing, asks } = optionalKind(context, key, podMonitorKind);
  if (missing) {
    const message = `${notServed(podMonitorKind, 'the Prometheus operator')}. The database is not scraped.`;
    return {
      resources: [],
      conditions: [{ type, status: 'False', reason: kindNotServed, message }],
      schemas: asks,
    };
  }
  const readiness = exists(context.observed(key));
  const condition: Condition = readiness.ready
    ? { type, status: 'True', reason: 'Configured' }
    : { type, status: 'False', reason: 'Creating', message: `The PodMonitor ${readiness.why}.` };
  return {
    resources: [{ key, object: podMonitor(claim), readiness }],
    conditions: [condition],
    schemas: asks,
  };
}
