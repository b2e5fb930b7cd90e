import { at, list, text } from '../../functions/composition/read.ts';
import type { Kubectl, Live } from './kubectl.ts';
import { publicGateway } from '../node/parts/gateway.ts';
import { versions } from '../tools/pins.ts';

/** Something the cluster must have before a claim can become anything. */
interface Prerequisite {
  readonly name: string;
  /** Its version, or that it is there; undefined when it is not. */
  readonly look: (cluster: Kubectl) => Promise<string | undefined>;
  /** What installs it. */
  readonly get: string;
  /** Whether only chapters that use caches, queues or workers need it. */
  readonly forQueue?: true;
}

/** What the chapters that are told need besides Crossplane, CloudNativePG and volumes. */
export interface Needs {
  /** Caches, queues and what scales workers by them. */
  readonly queue: boolean;
  /** Somewhere to archive to. */
  readonly archive: boolean;
  /** What Pods use, for autoscalers. */
  readonly metrics: boolean;
  /** A gateway that serves hostnames. */
  readonly gateway: boolean;
}

/** Addresses of the pinned releases, as people install them. */
export const releases = {
  cloudnativePg: `https://raw.githubusercontent.com/cloudnative-pg/cloudnative-pg/v${versions.cloudnativePg}/releases/cnpg-${versions.cloudnativePg}.yaml`,
  keda: `https://github.com/kedacore/keda/releases/download/v${versions.keda}/keda-${versions.keda}.yaml`,
  barmanPlugin:
    'https://github.com/cloudnative-pg/plugin-barman-cloud/releases/latest/download/manifest.yaml',
  metricsServer: `https://github.com/kubernetes-sigs/metrics-server/releases/download/v${versions.metricsServer}/components.yaml`,
  dragonfly: `https://raw.githubusercontent.com/dragonflydb/dragonfly-operator/v${versions.dragonflyOperator}/manifests/dragonfly-operator.yaml`,
  crossplane: 'https://charts.crossplane.io/stable',
} as const;

const prerequisites: readonly Prerequisite[] = [
  {
    name: 'Crossplane',
    look: (cluster) => deployed(cluster, 'app=crossplane'),
    get: `helm install crossplane --repo ${releases.crossplane} crossplane --version ${versions.crossplane} --namespace crossplane-system --create-namespace`,
  },
  {
    name: 'CloudNativePG',
    look: (cluster) => deployed(cluster, 'app.kubernetes.io/name=cloudnative-pg'),
    get: `kubectl apply --server-side -f ${releases.cloudnativePg}`,
  },
  {
    name: 'KEDA',
    look: (cluster) => deployed(cluster, 'app.kubernetes.io/name=keda-operator'),
    get: `kubectl apply --server-side -f ${releases.keda}`,
    forQueue: true,
  },
  {
    name: 'Dragonfly operator',
    look: (cluster) => deployed(cluster, 'app.kubernetes.io/part-of=dragonfly-operator'),
    get: `kubectl apply --server-side -f ${releases.dragonfly}`,
    forQueue: true,
  },
  {
    name: 'NATS with JetStream',
    look: nats,
    get: 'kubectl apply -f test/e2e/clusters/nats.yaml',
    forQueue: true,
  },
  {
    name: 'default StorageClass',
    look: storageClass,
    get: 'kubectl annotate storageclass NAME storageclass.kubernetes.io/is-default-class=true',
  },
];

const barmanPlugin: Prerequisite = {
  name: 'Barman Cloud plugin',
  look: (cluster) => deployed(cluster, 'app=barman-cloud'),
  get: `kubectl apply -f ${releases.barmanPlugin}`,
};

const metricsServer: Prerequisite = {
  name: 'metrics-server',
  look: (cluster) => deployed(cluster, 'k8s-app=metrics-server'),
  get: `npm run e2e up -- metrics, or kubectl apply -f ${releases.metricsServer}`,
};

const gateway: Prerequisite = {
  name: 'Gateway',
  look: servedGateway,
  get: 'npm run e2e up -- gateway policies',
};

/** What the first such Deployment with an available Pod runs: `controller:1.2.3`, or what it calls itself. */
async function deployed(cluster: Kubectl, labels: string): Promise<string | undefined> {
  const found = (await cluster.list('deployments', { labels })).find((deployment) =>
    at(deployment, 'status', 'availableReplicas'),
  );
  if (!found) return undefined;
  const called = text(at(found, 'metadata', 'annotations', 'kubernetes.io/description'));
  // Side cars come first where there are any.
  const container = list(at(found, 'spec', 'template', 'spec', 'containers')).at(-1);
  return called || text(at(container, 'image')).split('/').at(-1);
}

async function nats(cluster: Kubectl): Promise<string | undefined> {
  const [pod] = await cluster
    .list('pods', { in: 'nats', labels: 'app=nats' })
    .then(async (pods) =>
      pods.length > 0 ? pods : cluster.list('pods', { in: 'nats', labels: 'app.kubernetes.io/name=nats' }),
    );
  if (!pod) return undefined;
  const varz = await cluster.ask(text(at(pod, 'metadata', 'name')), 'nats', 8222, '/varz');
  return at(varz, 'jetstream', 'config') === undefined ? undefined : text(varz['version']);
}

/** The class of the Gateway that hostnames are attached to. */
async function servedGateway(cluster: Kubectl): Promise<string | undefined> {
  const { name, namespace } = publicGateway;
  // Where no Gateway is served, there is no such kind to ask for.
  const found = await cluster.find({ of: `gateway/${name}`, in: namespace }).catch(() => undefined);
  return found && `${text(at(found, 'spec', 'gatewayClassName'))} ${namespace}/${name}`;
}

async function storageClass(cluster: Kubectl): Promise<string | undefined> {
  const annotation = 'storageclass.kubernetes.io/is-default-class';
  const found = (await cluster.list('storageclasses')).find(
    (each: Live) => at(each, 'metadata', 'annotations', annotation) === 'true',
  );
  return found && text(at(found, 'metadata', 'name'));
}

/**
 * What the cluster has, a line each.
 *
 * @throws naming all that is missing, and the command that gets it
 */
export async function lookAtCluster(
  cluster: Kubectl,
  { queue, archive, metrics, gateway: routed }: Needs,
): Promise<string[]> {
  const server = JSON.parse(await cluster.run(['version', '-o', 'json'])) as {
    serverVersion: { gitVersion: string };
  };
  const found = await Promise.all(
    [
      ...prerequisites.filter(({ forQueue }) => queue || forQueue !== true),
      ...(archive ? [barmanPlugin] : []),
      ...(metrics ? [metricsServer] : []),
      ...(routed ? [gateway] : []),
    ].map(async ({ name, look, get }) => ({ name, get, version: await look(cluster) })),
  );
  const missing = found.filter(({ version }) => version === undefined);
  if (missing.length > 0) {
    const lines = missing.map(({ name, get }) => `${name} is missing: ${get}`);
    throw new Error(`cannot tell the story on this cluster:\n${lines.join('\n')}`);
  }
  return [
    `Kubernetes ${server.serverVersion.gitVersion}`,
    ...found.map(({ name, version }) => `${name} ${version}`),
  ];
}
