import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IMetricSpec as MetricSpec } from 'kubernetes-models/autoscaling/v2/MetricSpec';
import type { Claim, Context, Json, Observed, Readiness } from '../../composition/contract.ts';
import { at, conditionOf, list, number, text } from '../../composition/read.ts';
import { metadata } from '../../kube/metadata.ts';
import { ready, unready } from '../../kube/ready.ts';
import { web, webName } from './names.ts';
import type { CompleteSpec } from './complete.ts';

/**
 * `replicas` of the Deployment. With scaling that number is the autoscaler's: it is told once, for the first Pods, and kept as it stands
 * until the autoscaler has written it. Left out before that, it would be 1 for a moment, however many Pods serve.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership
 */
export function replicas({ spec }: Claim<CompleteSpec>, context: Context): { readonly replicas?: number } {
  if (spec.scaling === undefined) return { replicas: spec.replicas ?? 1 };
  const observed = context.observed('deployment');
  if (observed === undefined) return { replicas: spec.scaling.minReplicas };
  const standing = number(at(observed, 'spec', 'replicas'));
  return standing === undefined || isWrittenByOthers(observed) ? {} : { replicas: standing };
}

/** Crossplane's own field managers have this in common. */
const ours = 'apiextensions.crossplane.io/composed';

function isWrittenByOthers(deployment: Observed): boolean {
  return list(at(deployment, 'metadata', 'managedFields'))
    .filter((entry) => !text(at(entry, 'manager')).startsWith(ours))
    .some((entry) => at(entry, 'fieldsV1', 'f:spec', 'f:replicas') !== undefined);
}

/** Undefined when the claim says itself how many Pods there are. */
export function autoscaler(claim: Claim<CompleteSpec>): IHorizontalPodAutoscaler | undefined {
  const { scaling } = claim.spec;
  if (scaling === undefined) return undefined;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadata(claim, web, webName(claim)),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: webName(claim) },
      minReplicas: scaling.minReplicas,
      maxReplicas: scaling.maxReplicas,
      metrics: metrics(scaling),
    },
  };
}

const usualCpu = 70;

function metrics({ cpu, memory, requestsPerSecond }: NonNullable<CompleteSpec['scaling']>): MetricSpec[] {
  const isSaid = [cpu, memory, requestsPerSecond].some((each) => each !== undefined);
  const percent = isSaid ? cpu : usualCpu;
  return [
    ...(percent === undefined ? [] : [utilization('cpu', percent)]),
    ...(memory === undefined ? [] : [utilization('memory', memory)]),
    ...(requestsPerSecond === undefined
      ? []
      : [
          {
            type: 'Pods',
            pods: {
              metric: { name: 'http_requests_per_second' },
              target: { type: 'AverageValue', averageValue: `${requestsPerSecond}` },
            },
          },
        ]),
  ];
}

function utilization(name: 'cpu' | 'memory', percent: number): MetricSpec {
  return {
    type: 'Resource',
    resource: { name, target: { type: 'Utilization', averageUtilization: percent } },
  };
}

/** Ready when the autoscaler can scale, and knows by what. */
export function scalingReady(observed: Observed | undefined): Readiness {
  if (observed === undefined) return unready('is being made');
  if (list(at(observed, 'status', 'conditions')).length === 0)
    return unready('has not been looked at by the autoscaler');
  return [conditionOf(observed, 'AbleToScale'), conditionOf(observed, 'ScalingActive')].reduce<Readiness>(
    (so, condition) =>
      so.ready && condition?.status === 'False' ? unready(condition.message || condition.reason) : so,
    ready,
  );
}

/** How many Pods the Deployment is to have, as it stands. */
export function wantedReplicas(deployment: Json | undefined): number {
  return number(at(deployment, 'spec', 'replicas')) ?? 1;
}
