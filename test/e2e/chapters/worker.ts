import { at, list, object, text } from '../../../functions/composition/read.ts';
import { becomes } from '../claims.ts';
import { inCluster, startPod } from '../pods.ts';
import { modelServer } from '../programs.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { natsUrl, secretUri, stream, workers } from '../workload.ts';
import { claimRef, here, namespace } from '../world.ts';
import type { World } from '../world.ts';

/** The claim of an agent worker, as the README of the platform has it; the address of the model is ours. */
function agentExecutor(image: string): string {
  return `apiVersion: platform.bizmatters.io/v1alpha1
kind: AgentExecutor
metadata:
  name: agent-executor
  namespace: ${namespace}
spec:
  image: ${image}
  size: micro
  natsUrl: ${natsUrl}
  natsStreamName: ${stream}
  natsConsumerGroup: agent-executor-workers
  postgresConnectionSecret: agent-executor-db-conn
  dragonflyConnectionSecret: agent-executor-cache-conn
  llmKeysSecret: agent-executor-llm-keys
  imagePullSecrets:
    - ghcr-pull-secret
  scaling:
    maxReplicas: 3
  env:
    - name: OPENAI_BASE_URL
      value: http://model.${namespace}.svc:8089/v1
  egress:
    - cidr: 10.0.0.0/8
      ports: [8089]
`;
}

const databases = `apiVersion: database.bizmatters.io/v1alpha1
kind: PostgresInstance
metadata:
  name: agent-executor-db
  namespace: ${namespace}
spec:
  size: micro
  version: "17"
---
apiVersion: database.bizmatters.io/v1alpha1
kind: DragonflyInstance
metadata:
  name: agent-executor-cache
  namespace: ${namespace}
spec:
  size: micro
`;

/** The Secrets that a claim cannot make: they come from the platform's secret store. */
const outside = [
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'agent-executor-llm-keys', namespace },
    stringData: { OPENAI_API_KEY: 'not-a-key', ANTHROPIC_API_KEY: 'not-a-key' },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'ghcr-pull-secret', namespace },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': '{"auths":{}}' },
  },
];

/** Three claims become a database, a cache and workers that use both. */
export function worker({ cluster }: World, image: string): Chapter {
  const claim = claimRef('AgentExecutor', 'agent-executor');
  return {
    title: 'Three claims become an agent worker',
    steps: [
      step('without its Secrets the worker waits, and the claim says for which', async () => {
        await cluster.apply(agentExecutor(image));
        await becomes(cluster, claim, 'Synced', 60);
        const live = await cluster.get(claim);
        const said = text(at(live, 'status', 'message'));
        if (!said.includes('agent-executor-'))
          throw new Error(`expected the names of the Secrets, got: ${said}`);
        return said;
      }),
      step('a model answers in the cluster', async () => {
        await startPod(cluster, 'model', modelServer(namespace));
      }),
      step('database and cache become Ready', async () => {
        await cluster.apply(databases);
        await cluster.apply(outside);
        await becomes(cluster, claimRef('PostgresInstance', 'agent-executor-db'), 'Ready', 300);
        await becomes(cluster, claimRef('DragonflyInstance', 'agent-executor-cache'), 'Ready', 300);
      }),
      step('the cache takes the password of its Secret, and answers nobody without', async () => {
        const uri = await secretUri(cluster, 'agent-executor-cache-conn');
        const commands: [string, ...string[]][] = [
          ['SET', 'seen', 'yes'],
          ['GET', 'seen'],
        ];
        const reply = await inCluster(cluster, { do: 'cache', uri, commands });
        if (reply !== 'yes') throw new Error(`expected yes, got ${String(reply)}`);
        const { host } = new URL(uri);
        const said = await inCluster(cluster, { do: 'cache', uri: `redis://${host}`, commands }).catch(
          String,
        );
        if (!String(said).includes('NOAUTH')) throw new Error(`expected NOAUTH, got: ${String(said)}`);
      }),
      step('the worker becomes Ready', async () => {
        const live = await becomes(cluster, claim, 'Ready', 300);
        return text(at(live, 'status', 'message'));
      }),
      step(
        'its Pods were admitted to a namespace that enforces the restricted standard',
        async () => {
          const [pod] = await cluster.list('pods', { in: namespace, labels: workers });
          const level = text(
            at(await cluster.get({ of: `namespace/${namespace}` }), 'metadata', 'labels', enforce),
          );
          if (!pod || level !== 'restricted') throw new Error(`expected Pods under restricted, got ${level}`);
        },
        async () => {
          const admit = (level: string) =>
            cluster.run(['label', '--overwrite', 'namespace', namespace, `${enforce}=${level}`]);
          await admit('baseline');
          return async () => void (await admit('restricted'));
        },
      ),
      step('migrations ran once', async () => {
        const uri = await secretUri(cluster, 'agent-executor-db-conn');
        const statements = ['select number, applied_at from worker_migrations order by number'];
        const first = await inCluster<object[]>(cluster, { do: 'sql', uri, statements });
        await cluster.run(['rollout', 'restart', 'deployment/agent-executor', '-n', namespace]);
        await cluster.run(
          ['rollout', 'status', 'deployment/agent-executor', '-n', namespace, '--timeout=180s'],
          {
            seconds: 200,
          },
        );
        const second = await inCluster<object[]>(cluster, { do: 'sql', uri, statements });
        if (first.length === 0 || JSON.stringify(first) !== JSON.stringify(second))
          throw new Error(`expected the same migrations after a restart, got ${JSON.stringify(second)}`);
        return `${first.length}, and none again when the Pods were new`;
      }),
      step('stream and consumer are there', async () => {
        const found = await inCluster<{ name: string; consumers: { name: string }[] }[]>(cluster, {
          do: 'streams',
          servers: natsUrl,
        });
        const jobs = found.find(({ name }) => name === stream);
        if (!jobs?.consumers.some(({ name }) => name === 'agent-executor-workers'))
          throw new Error(`expected ${stream} with its consumer, got ${JSON.stringify(found)}`);
        return found.map(({ name }) => name).join(', ');
      }),
      step('a worker has no token for the API server', async () => {
        const [pod] = await cluster.list('pods', { in: namespace, labels: workers });
        const mounts = list(at(pod, 'spec', 'containers')).flatMap((each) =>
          list(object(each)['volumeMounts']),
        );
        const found = mounts.map((mount) => text(object(mount)['mountPath'])).join(' ');
        if (found !== '/tmp') throw new Error(`expected /tmp alone to be mounted, got ${found}`);
        await cluster.get(here('serviceaccount/agent-executor-agent'));
      }),
    ],
  };
}

const enforce = 'pod-security.kubernetes.io/enforce';
