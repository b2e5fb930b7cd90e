import type { Composed, Condition, Context, Manifest, ServedKind } from '../composition/contract.ts';
import { kindNotServed, notServed, optionalKind } from './optional-kind.ts';
import { platformSettings } from './platform.ts';
import { exists } from './ready.ts';

/** What Prometheus is told to scrape. Of the operator's type only these fields are used. */
export interface PodMonitor extends Manifest {
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly podMetricsEndpoints: readonly { readonly port: string; readonly path?: string }[];
  };
}

export const podMonitorKind = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor' };

/** The type of the condition that says whether there is one. */
export const monitoringCondition = 'MonitoringReady';

const key = 'pod-monitor';

/** What a claim's monitoring comes to. */
export interface Monitoring {
  readonly resources: readonly Composed[];
  readonly conditions: readonly Condition[];
  readonly schemas: Readonly<Record<string, ServedKind>>;
}

/**
 * The PodMonitor where Prometheus' operator is installed; the claim is not held up by its absence.
 * @param monitor undefined when the claim asks for none
 * @param what of which is said then that it is not scraped, such as `The database`
 */
export function monitored(context: Context, monitor: PodMonitor | undefined, what: string): Monitoring {
  if (monitor === undefined) return { resources: [], conditions: [], schemas: {} };
  const type = monitoringCondition;
  const { missing, asks } = optionalKind(context, key, podMonitorKind);
  if (missing) {
    const message = `${notServed(podMonitorKind, 'the Prometheus operator')}. ${what} is not scraped.`;
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
  const { monitorLabels = {} } = platformSettings(context).settings;
  return {
    resources: [{ key, object: labelled(monitor, monitorLabels), readiness }],
    conditions: [condition],
    schemas: asks,
  };
}

/** With the labels by which the platform's Prometheus knows what is its own. */
function labelled(monitor: PodMonitor, labels: Readonly<Record<string, string>>): PodMonitor {
  const metadata: { readonly labels?: object } = monitor.metadata ?? {};
  return { ...monitor, metadata: { ...metadata, labels: { ...labels, ...metadata.labels } } };
}
