import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { ApiError } from './api.ts';
import type { Api, Live } from './api.ts';
import { allComposed } from './composed.ts';

const since = '2026-01-01T00:00:00Z';
const yes = (type: string, reason: string) => ({
  type,
  status: 'True',
  reason,
  message: '',
  lastTransitionTime: since,
});

/** As much of an object as operators look at here. */
interface Reported {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly generation?: number };
  readonly spec?: unknown;
}

/** What the operator of each kind reports of an object that is as it should be. */
const reports: Readonly<Record<string, (object: Reported) => JsonObject>> = {
  Cluster: ({ metadata, spec }) => ({
    phase: 'Cluster in healthy state',
    instances: (spec as { instances: number }).instances,
    readyInstances: (spec as { instances: number }).instances,
    currentPrimary: `${metadata.name}-1`,
    conditions: [yes('Ready', 'ClusterIsReady')],
  }),
  Dragonfly: () => ({ phase: 'Ready' }),
  Certificate: () => ({ conditions: [yes('Ready', 'Ready')] }),
  Deployment: ({ metadata }) => ({
    observedGeneration: metadata.generation ?? 1,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
    conditions: [yes('Available', 'MinimumReplicasAvailable'), yes('Progressing', 'NewReplicaSetAvailable')],
  }),
  HorizontalPodAutoscaler: () => ({
    currentReplicas: 1,
    desiredReplicas: 1,
    conditions: [yes('AbleToScale', 'ReadyForNewScale'), yes('ScalingActive', 'ValidMetricFound')],
  }),
  HTTPRoute: ({ metadata, spec }) => ({
    parents: (spec as { parentRefs: JsonObject[] }).parentRefs.map((parentRef) => ({
      parentRef,
      controllerName: 'example.org/gateway',
      conditions: [yes('Accepted', 'Accepted'), yes('ResolvedRefs', 'ResolvedRefs')].map((condition) => ({
        ...condition,
        observedGeneration: metadata.generation ?? 1,
      })),
    })),
  }),
  ...Object.fromEntries(
    [
      'Bucket',
      'BucketLifecycleConfiguration',
      'BucketPublicAccessBlock',
      'BucketServerSideEncryptionConfiguration',
      'BucketVersioning',
      'AccessKey',
      'Policy',
      'User',
      'UserPolicyAttachment',
    ].map((kind) => [
      kind,
      () => ({ conditions: [yes('Synced', 'ReconcileSuccess'), yes('Ready', 'Available')] }),
    ]),
  ),
  ObjectBucketClaim: () => ({ phase: 'Bound' }),
  ScaledObject: () => ({ conditions: [yes('Ready', 'ScaledObjectReady')] }),
  Job: () => ({
    startTime: since,
    completionTime: since,
    succeeded: 1,
    conditions: ['SuccessCriteriaMet', 'Complete'].map((type) => ({
      ...yes(type, 'CompletionsReached'),
      lastProbeTime: since,
    })),
  }),
  Stream: ({ metadata }) => ({
    observedGeneration: metadata.generation ?? 1,
    conditions: [yes('Ready', 'Ready')],
  }),
  Consumer: ({ metadata }) => ({
    observedGeneration: metadata.generation ?? 1,
    conditions: [yes('Ready', 'Ready')],
  }),
};

/** The status that an operator gives this object when it is as it should be; undefined when it has no operator. */
export function healthyStatus(object: Reported): JsonObject | undefined {
  return reports[object.kind]?.(object);
}

/** Whether every field of the report is in the status as it is. */
function isReported(object: Live, report: object): boolean {
  const status = (object['status'] ?? {}) as Record<string, unknown>;
  return Object.entries(report).every(([name, value]) => isDeepStrictEqual(status[name], value));
}

/** Plays the operators once: whatever claims are composed of is reported to be well. */
export async function report(api: Api, namespace?: string): Promise<void> {
  const objects = await allComposed(api, namespace);
  await Promise.all(
    objects.map(async (object) => {
      const status = healthyStatus(object);
      if (status === undefined || isReported(object, status)) return;
      await api.patch(object, { status }, 'status').catch((error: unknown) => {
        // Deleted since it was listed.
        if (!(error instanceof ApiError && error.status === 404)) throw error;
      });
    }),
  );
}

/**
 * Plays the operators until it is disposed of. They cannot run here, having no node for their pods; the shapes and
 * words they report by are those of their own sources.
 */
export function operate(api: Api, namespace?: string): AsyncDisposable {
  const controller = new AbortController();
  const loop = (async () => {
    while (!controller.signal.aborted) {
      // Tests that take the API server away mean it; the next round finds it again.
      const started = performance.now();
      await report(api, namespace).catch(() => undefined);
      // As long as its round took, at least: with many claims it would otherwise be most of the load.
      await sleep(Math.max(200, performance.now() - started), undefined, { signal: controller.signal }).catch(
        () => undefined,
      );
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      controller.abort();
      await loop;
    },
  };
}
