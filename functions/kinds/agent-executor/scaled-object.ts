import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import type { Claim, Context } from '../../composition/contract.ts';
import { metadata } from '../../kube/metadata.ts';
import { countsDueJobs, dueJobsTrigger } from './due-jobs.ts';
import { monitoring, standingMonitoring } from './nats/monitoring.ts';
import { names } from './names.ts';
import { queueNames } from './nats/queue-names.ts';
import type { Spec } from './xr.gen.ts';

export const scaledObjectKind = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject' } as const;

/**
 * Pods by the backlog of the very consumer that the workers pull from. KEDA counts messages that wait and
 * messages that are being worked on, so a busy worker is never counted as idle. Jobs without a message are in the database.
 * https://keda.sh/docs/2.20/scalers/nats-jetstream/
 */
export function scaledObject(claim: Claim<Spec>, context: Context): IScaledObject {
  const { scaling, nats } = claim.spec;
  const queue = queueNames(claim);
  const { endpoint = '', https = false } =
    monitoring(claim, context) ?? standingMonitoring(context.observed('scaled-object')) ?? {};
  return {
    ...scaledObjectKind,
    metadata: metadata(claim, 'worker', names(claim).scaledObject),
    spec: {
      scaleTargetRef: { name: names(claim).deployment },
      minReplicaCount: scaling.minReplicas,
      maxReplicaCount: scaling.maxReplicas,
      pollingInterval: 5,
      cooldownPeriod: 30,
      advanced: {
        horizontalPodAutoscalerConfig: {
          // One Pod a minute at most: which one goes is chance, and each hands its jobs back to the others.
          behavior: {
            scaleDown: {
              stabilizationWindowSeconds: 60,
              policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
            },
          },
        },
      },
      triggers: [
        {
          type: 'nats-jetstream',
          metadata: {
            natsServerMonitoringEndpoint: endpoint,
            ...(https ? { useHttps: 'true' } : {}),
            ...accountOf(nats?.account),
            stream: queue.stream,
            consumer: queue.consumer,
            lagThreshold: `${scaling.jobsPerReplica}`,
          },
        },
        ...(countsDueJobs(claim, context) ? [dueJobsTrigger(claim)] : []),
      ],
    },
  };
}

/** Where accounts are known by signed tokens, servers are asked by an account's public key and answer with its name besides. */
function accountOf(account = '$G') {
  return /^A[A-Z2-7]{55}$/.test(account) ? { accountID: account } : { account };
}
