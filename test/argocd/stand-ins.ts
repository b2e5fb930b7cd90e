import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { object } from '../../functions/composition/read.ts';
import type { Api, Live } from '../engine/api.ts';
import { healthyStatus } from '../engine/operators.ts';

const yes = (type: string, reason: string) => ({
  type,
  status: 'True',
  reason,
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
});

/** Namespaces whose Deployments somebody else reports on: the kubelet that runs functions. */
const others = new Set(['crossplane-system']);

function statefulSetStatus({ metadata }: Live): JsonObject {
  const replicas = {
    replicas: 1,
    readyReplicas: 1,
    currentReplicas: 1,
    updatedReplicas: 1,
    availableReplicas: 1,
  };
  return {
    ...replicas,
    observedGeneration: metadata.generation ?? 1,
    currentRevision: 'a',
    updateRevision: 'a',
  };
}

function budgetStatus({ metadata }: Live): JsonObject {
  const pods = { currentHealthy: 1, desiredHealthy: 0, disruptionsAllowed: 1, expectedPods: 1 };
  const conditions = [yes('DisruptionAllowed', 'SufficientPods')];
  return { ...pods, observedGeneration: metadata.generation ?? 1, conditions };
}

/** Reports once that workloads run. */
async function report(api: Api): Promise<void> {
  const deployments = await api.list('apps/v1', 'Deployment');
  for (const each of deployments.filter((one) => isFor(one.metadata) && !isSeen(one)))
    await api.patch(each, { status: healthyStatus(each) }, 'status');
  const sets = await api.list('apps/v1', 'StatefulSet');
  for (const each of sets.filter((one) => !isSeen(one)))
    await api.patch(each, { status: statefulSetStatus(each) }, 'status');
  const budgets = await api.list('policy/v1', 'PodDisruptionBudget');
  for (const each of budgets.filter((one) => !isSeen(one)))
    await api.patch(each, { status: budgetStatus(each) }, 'status');
}

function isFor({ name, namespace = '' }: Live['metadata']): boolean {
  return /^crossplane(-rbac-manager)?$/.test(name) || !others.has(namespace);
}

function isSeen({ metadata, status }: Live): boolean {
  return object(status as JsonObject).observedGeneration === (metadata.generation ?? 1);
}

/** Plays what has no node to run on, until it is disposed of. */
export function standIn(api: Api): AsyncDisposable {
  const controller = new AbortController();
  const loop = (async () => {
    while (!controller.signal.aborted) {
      // A kind that is not there yet is there in a later round.
      await report(api).catch(() => undefined);
      await sleep(300, undefined, { signal: controller.signal }).catch(() => undefined);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      controller.abort();
      await loop;
    },
  };
}
