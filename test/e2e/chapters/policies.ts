import { at, text } from '../../../functions/composition/read.ts';
import { until } from '../../engine/until.ts';
import { becomes, isTrue } from '../claims.ts';
import type { Kubectl } from '../kubectl.ts';
import { pageOf, reached, refused, startGuest } from '../reach.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { natsUrl, workers } from '../workload.ts';
import { claimRef, here, namespace } from '../world.ts';
import type { World } from '../world.ts';

/** Where the platform's Prometheus is, whose part our client plays. */
const monitoring = `${namespace}-monitoring`;

/** Whether something on this cluster enforces policies: what a node is given for it. */
export async function enforcesPolicies(cluster: Kubectl): Promise<boolean> {
  return (await cluster.names('daemonsets', 'kube-system', 'app=kube-router')).length > 0;
}

/** What a worker has to reach, from the addresses that it was given. */
const named = [
  `model.${namespace}.svc:8089`,
  `agent-executor-db-rw.${namespace}.svc:5432`,
  `agent-executor-cache.${namespace}.svc:6379`,
  natsUrl.replace('nats://', ''),
];
/** Private addresses that answer everybody else, and that nobody named. */
const others = ['kubernetes.default.svc:443', 'nats-headless.nats.svc:8222'];

/** Closed means closed, where something enforces the policies of a claim. */
export function policies({ cluster }: World): Chapter {
  const claim = claimRef('AgentExecutor', 'agent-executor');
  return {
    title: 'Workers reach what they were given, and nothing else',
    steps: [
      step('a worker reaches its model, database, cache and queue', async () => {
        await reached(cluster, firstWorker(cluster), namespace, named);
        return named.join(', ');
      }),
      step('our client, which no policy restricts, reaches the API server and the monitoring of NATS', () =>
        reached(cluster, 'client', namespace, others),
      ),
      step(
        'a worker does not: nobody named them',
        async () => {
          await refused(cluster, firstWorker(cluster), namespace, others);
          return others.join(', ');
        },
        async () => {
          const paused = 'crossplane.io/paused';
          await cluster.run(['annotate', claim.of, '-n', namespace, `${paused}=true`]);
          await cluster.run(['delete', 'networkpolicy', 'agent-executor-agent', '-n', namespace]);
          return async () => {
            await cluster.run(['annotate', claim.of, '-n', namespace, `${paused}-`]);
            await until('it is there again', () => cluster.find(here('networkpolicy/agent-executor-agent')));
          };
        },
      ),
      step('the claim names a namespace that may call, as Prometheus does from its own', async () => {
        await startGuest(cluster, monitoring);
        await cluster.patch(claim, { spec: { ingress: [{ namespace: monitoring }] } });
        await becomes(cluster, claim, 'Ready', 120);
      }),
      step('it reads the metrics of a worker, and a neighbour of the worker does not', async () => {
        const [address] = await workerAddresses(cluster);
        const metrics = [`${address}:8080`];
        await until('it is let in', () => reached(cluster, 'client', monitoring, metrics).then(() => true));
        await until('others are not', () => refused(cluster, 'client', namespace, metrics).then(() => true));
        const page = await pageOf(cluster, 'client', monitoring, `http://${metrics[0]}/metrics`);
        if (!page.includes('deepagents_runtime_capacity')) throw new Error(`expected metrics, got ${page}`);
      }),
    ],
    async end() {
      await cluster.patch(claim, { spec: { ingress: null } });
      await cluster.remove({ of: `namespace/${monitoring}` });
    },
  };
}

async function workerPods(cluster: Kubectl) {
  return cluster.list('pods', { in: namespace, labels: workers });
}

async function firstWorker(cluster: Kubectl): Promise<string> {
  const ready = (await workerPods(cluster)).find((pod) => isTrue(pod, 'Ready'));
  return text(at(ready, 'metadata', 'name'));
}

async function workerAddresses(cluster: Kubectl): Promise<string[]> {
  return (await workerPods(cluster)).map((pod) => text(at(pod, 'status', 'podIP')));
}
