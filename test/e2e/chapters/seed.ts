import { at, number } from '../../../functions/composition/read.ts';
import { names } from '../../../package/release.ts';
import { until } from '../../engine/until.ts';
import { becomes, gone, isTrue } from '../claims.ts';
import { connection } from '../ledger.ts';
import { tagAs } from '../packages.ts';
import { inCluster } from '../pods.ts';
import type { StreamOrder } from '../pods/queue.ts';
import { programMap, modelServer } from '../programs.ts';
import { bringSecrets } from '../secret-store.ts';
import type { StoredSecret } from '../secret-store.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { allComplete, natsUrl, publishJobs, stream, streams } from '../workload.ts';
import { namespace } from '../world.ts';
import type { World } from '../world.ts';

const where = 'intelligence-deepagents';
const databases = `${namespace}-databases`;
const claim = { of: 'agentexecutor/agent-executor', in: where };

/** Word for word as the first design of the platform has it. */
const claimOfDesign = `apiVersion: platform.bizmatters.io/v1alpha1
kind: AgentExecutor
metadata:
  name: agent-executor
  namespace: intelligence-deepagents
spec:
  image: ghcr.io/arun4infra/agent-executor:v1.0.0
  size: medium
  natsUrl: nats://nats.nats.svc:4222
  natsStreamName: AGENT_EXECUTION
  natsConsumerGroup: agent-executor-workers
  postgresConnectionSecret: agent-executor-postgres
  dragonflyConnectionSecret: agent-executor-dragonfly
  llmKeysSecret: agent-executor-llm-keys
  imagePullSecrets:
    - ghcr-pull-secret
`;

const day = 24 * 3_600_000_000_000;

/** `nats stream add --subjects "agent.execute.*" --retention limits --max-msgs=-1 --max-age=24h --storage file --replicas 1 --discard old` */
const streamOfDesign: StreamOrder['stream'] = {
  name: stream,
  subjects: ['agent.execute.*'],
  retention: 'limits',
  max_msgs: -1,
  max_age: day,
  storage: 'file',
  num_replicas: 1,
  discard: 'old',
};

/** `nats consumer add --pull --deliver all --max-deliver=-1 --ack explicit --replay instant` */
const consumerOfDesign: StreamOrder['consumer'] = {
  durable_name: 'agent-executor-workers',
  deliver_policy: 'all',
  max_deliver: -1,
  ack_policy: 'explicit',
  replay_policy: 'instant',
};

/** As the worker before ours had them: a work queue, and five minutes for each job. */
const streamOfBefore: StreamOrder['stream'] = { ...streamOfDesign, retention: 'workqueue' };
const consumerOfBefore: StreamOrder['consumer'] = { ...consumerOfDesign, ack_wait: 300_000_000_000 };

/** What the first design wrote down is applied as it stands: Secrets from a store, a stream made by hand, the claim. */
export function seed({ cluster, registry }: World, version: string): Chapter {
  const jobs = `seed-${Date.now()}`;
  const later = `before-${Date.now()}`;
  let begun = false;
  const makeQueue = (made: StreamOrder['stream'], consumer: StreamOrder['consumer']) =>
    inCluster(cluster, { do: 'make-stream', servers: natsUrl, stream: made, consumer });
  const wanted = async () =>
    number(at(await cluster.get({ of: 'deployment/agent-executor', in: where }), 'spec', 'replicas')) ?? 0;
  return {
    title: 'The claim of the first design, with its stream, its consumer and its Secrets',
    steps: [
      step('a database and a cache serve in a namespace of their own', async () => {
        if (await cluster.find({ of: `namespace/${where}` }))
          throw new Error(`expected no namespace ${where}, as all that is in it would be deleted`);
        begun = true;
        await cluster.apply([namespaceOf(databases), namespaceOf(where)]);
        await cluster.apply(stores());
        await becomes(cluster, { of: 'postgresinstance/postgres', in: databases }, 'Ready', 420);
        await becomes(cluster, { of: 'dragonflyinstance/dragonfly', in: databases }, 'Ready', 300);
      }),
      step(
        'a store brings the Secrets, the platform says where the image is, a Job makes the queue',
        async () => {
          await tagAs(registry, version, 'v1.0.0');
          await cluster.apply([registries(`${registry.pull}/${names.worker}`)]);
          const how = await bringSecrets(cluster, where, await secrets(cluster));
          await cluster.run(['apply', '--server-side', '-f', '-'], {
            input: JSON.stringify(await programMap('model', where)),
          });
          await cluster.apply([...modelServer(where), toModel()]);
          const model = { of: 'pod/model', in: where };
          await until('the model serves', async () => isTrue(await cluster.find(model), 'Ready'), {
            seconds: 120,
          });
          await makeQueue(streamOfDesign, consumerOfDesign);
          return how;
        },
      ),
      step('the claim becomes Ready', async () => {
        await cluster.apply(claimOfDesign);
        await becomes(cluster, claim, 'Ready', 420);
      }),
      step('its jobs have KEDA ask for more workers', async () => {
        await publishJobs(cluster, jobs, 60);
        await until('more than one worker is wanted', async () => (await wanted()) > 1, {
          seconds: 120,
          every: 500,
          describe: () => 'one',
        });
        return `${await wanted()} workers`;
      }),
      step('every job is completed, each once', () => allComplete(cluster, jobs, 60, 600)),
      step(
        'on the work queue of the worker before ours too, though it takes the place of the first',
        async () => {
          await inCluster(cluster, { do: 'delete-streams', servers: natsUrl, names: [stream] });
          await makeQueue(streamOfBefore, consumerOfBefore);
          await publishJobs(cluster, later, 20);
          await allComplete(cluster, later, 20, 600);
          // Until the workers that found no more room have gone, one each minute.
          await becomes(cluster, claim, 'Ready', 900);
        },
        async () => {
          const broken = [{ id: `${later}-broken`, definition: {}, input: {} }];
          const order = {
            do: 'publish',
            servers: natsUrl,
            subject: 'agent.execute.e2e',
            jobs: broken,
          } as const;
          await inCluster(cluster, order);
        },
      ),
    ],
    async end() {
      if (!begun) return;
      await cluster.remove(claim);
      await gone(cluster, claim, 180);
      const made = await inCluster<{ name: string }[]>(cluster, { do: 'streams', servers: natsUrl });
      const left = streams.filter((name) => made.some((each) => each.name === name));
      await inCluster(cluster, { do: 'delete-streams', servers: natsUrl, names: left });
      await cluster.remove({ of: 'environmentconfig/zerotouch' });
      for (const store of ['postgresinstance/postgres', 'dragonflyinstance/dragonfly']) {
        await cluster.remove({ of: store, in: databases });
        await gone(cluster, { of: store, in: databases }, 180);
      }
      for (const name of [where, databases]) await cluster.remove({ of: `namespace/${name}` });
      for (const name of [where, databases]) await gone(cluster, { of: `namespace/${name}` }, 180);
    },
  };
}

function namespaceOf(name: string): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** Both let in the namespace of the workers, which is another. */
function stores(): object[] {
  const access = { from: [{ namespace: where }] };
  const apiVersion = 'database.bizmatters.io/v1alpha1';
  return [
    {
      apiVersion,
      kind: 'PostgresInstance',
      metadata: { name: 'postgres', namespace: databases },
      spec: { size: 'micro', version: '17', database: 'langgraph_prod', owner: 'agent_executor', access },
    },
    {
      apiVersion,
      kind: 'DragonflyInstance',
      metadata: { name: 'dragonfly', namespace: databases },
      spec: { size: 'micro', access },
    },
  ];
}

/** What the store that the design names has, and the address of a model that wants no key. */
async function secrets(cluster: World['cluster']): Promise<StoredSecret[]> {
  const keysOf = async (name: string, prefix: string) => {
    const all = await connection(cluster, { name, namespace: databases });
    return Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith(prefix)));
  };
  const secret = (name: string, values: StoredSecret['values'], type = 'Opaque') => ({ name, type, values });
  return [
    secret('agent-executor-postgres', await keysOf('postgres', 'POSTGRES_')),
    secret('agent-executor-dragonfly', await keysOf('dragonfly', 'DRAGONFLY_')),
    secret('agent-executor-llm-keys', {
      OPENAI_API_KEY: 'not-a-key',
      ANTHROPIC_API_KEY: 'not-a-key',
      OPENAI_BASE_URL: `http://model.${where}.svc:8089/v1`,
    }),
    secret('ghcr-pull-secret', { '.dockerconfigjson': '{"auths":{}}' }, 'kubernetes.io/dockerconfigjson'),
  ];
}

/** The image of the design is nowhere to be had: the platform has ours under its name. */
function registries(worker: string): object {
  return {
    apiVersion: 'apiextensions.crossplane.io/v1beta1',
    kind: 'EnvironmentConfig',
    metadata: { name: 'zerotouch' },
    data: { registries: { 'ghcr.io/arun4infra/agent-executor': worker } },
  };
}

/** The model that the design means is outside, where the claim's own policy lets its workers go. */
function toModel(): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'model', namespace: where },
    spec: {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: { matchLabels: { app: 'model' } } }], ports: [{ port: 8089 }] }],
    },
  };
}
