import { copyFile, cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeImage as nodeImageName } from '../../e2e/programs.ts';
import { run } from '../../e2e/shell.ts';
import { crossplaneFolder } from '../../tools/crossplane-release.ts';
import { versions } from '../../tools/pins.ts';
import type { ImageRecipe } from './image.ts';

/** Holds a Pod's namespaces open for as long as the Pod lives. */
export const pauseImage = 'node.local/pause:1';
/** Plays the Dragonfly server, which no package registry has. */
export const redisImage = 'node.local/redis:1';
export const coreDnsImage = `node.local/coredns:${versions.coredns}`;
export const kubeRouterImage = `node.local/kube-router:v${versions.kubeRouter}`;
export const versityGatewayImage = `node.local/versitygw:v${versions.versitygw}`;
export const traefikImage = `docker.io/library/traefik:v${versions.traefik}`;
const crossplaneImage = `node.local/crossplane:v${versions.crossplane}`;

const nonroot = '65532:65532';
const path = 'PATH=/usr/bin';

const pause: ImageRecipe = {
  name: pauseImage,
  debian: { packages: ['libc6'] },
  config: { Entrypoint: ['/usr/bin/sleep', '2147483647'], User: nonroot },
};

const busybox: ImageRecipe = {
  name: 'docker.io/library/busybox:latest',
  debian: { packages: ['libc6'] },
  config: { Cmd: ['sh'], Env: [path] },
};

const coreDns: ImageRecipe = {
  name: coreDnsImage,
  programs: { coredns: 'coredns' },
  config: { Entrypoint: ['/coredns'] },
};

const localPath: ImageRecipe = {
  name: `docker.io/rancher/local-path-provisioner:v${versions.localPathProvisioner}`,
  programs: { 'bin/local-path-provisioner': 'local-path-provisioner' },
  config: { Env: ['PATH=/bin'] },
};

/** What the node itself needs, before anything is installed. */
export const baseImages: readonly ImageRecipe[] = [pause, busybox, coreDns, localPath];

/** The instance manager is copied out of this image into each PostgreSQL Pod, from /manager. */
export const cnpgOperator: ImageRecipe = {
  name: `ghcr.io/cloudnative-pg/cloudnative-pg:${versions.cloudnativePg}`,
  programs: { 'operator/manager_amd64': 'cnpg-manager' },
  config: { Entrypoint: ['/manager'], User: nonroot },
  finish: {
    revision: '1',
    work: (folder) => symlink('operator/manager_amd64', join(folder, 'manager')),
  },
};

/** The instance manager starts /usr/bin/pgbouncer, which Debian has elsewhere. */
export const pgBouncer: ImageRecipe = {
  name: `ghcr.io/cloudnative-pg/pgbouncer:${versions.pgBouncer}`,
  debian: { packages: ['pgbouncer'] },
  config: { Env: [path], User: nonroot },
  finish: {
    revision: '1',
    work: (folder) => symlink('../sbin/pgbouncer', join(folder, 'usr/bin/pgbouncer')),
  },
};

export const natsServer: ImageRecipe = {
  name: `docker.io/library/nats:${versions.nats}`,
  programs: { 'nats-server': 'nats-server' },
  config: { Entrypoint: ['/nats-server'], User: nonroot },
};

/** Node as the story's own programs run on it: the one that runs this. */
export const nodeRuntime: ImageRecipe = {
  name: `docker.io/library/${nodeImageName}`,
  debian: { packages: ['libstdc++6', 'libgcc-s1', 'ca-certificates'] },
  config: { Cmd: ['node'], Env: [path], WorkingDir: '/tmp' },
  finish: {
    revision: process.version,
    work: (folder) => copyFile(process.execPath, join(folder, 'usr/bin/node')),
  },
};

export const kedaImages: readonly ImageRecipe[] = [
  {
    name: `ghcr.io/kedacore/keda:${versions.keda}`,
    programs: { keda: 'keda-operator' },
    config: { Entrypoint: ['/keda'], User: nonroot },
  },
  {
    name: `ghcr.io/kedacore/keda-metrics-apiserver:${versions.keda}`,
    programs: { 'keda-adapter': 'keda-adapter' },
    config: { Entrypoint: ['/keda-adapter'], User: nonroot },
  },
  {
    name: `ghcr.io/kedacore/keda-admission-webhooks:${versions.keda}`,
    programs: { 'keda-admission-webhooks': 'keda-webhooks' },
    config: { Entrypoint: ['/keda-admission-webhooks'], User: nonroot },
  },
];

export const metricsServer: ImageRecipe = {
  name: `registry.k8s.io/metrics-server/metrics-server:v${versions.metricsServer}`,
  programs: { 'metrics-server': 'metrics-server' },
  config: { Entrypoint: ['/metrics-server'], User: nonroot },
};

export const externalSecretsOperator: ImageRecipe = {
  name: `node.local/external-secrets:v${versions.externalSecretsOperator}`,
  programs: { 'bin/external-secrets': 'external-secrets' },
  config: { Entrypoint: ['/bin/external-secrets'], User: nonroot },
};

export const traefik: ImageRecipe = {
  name: traefikImage,
  programs: { traefik: 'traefik' },
  config: { Entrypoint: ['/traefik'], User: nonroot },
};

export const redis: ImageRecipe = {
  name: redisImage,
  debian: { packages: ['libc6', 'redis-server'] },
  config: { Env: [path], User: '999' },
};

export const versityGateway: ImageRecipe = {
  name: versityGatewayImage,
  programs: { versitygw: 'versitygw' },
  config: { Entrypoint: ['/versitygw'], User: nonroot },
};

/** Enforces NetworkPolicies, beside kube-proxy and the bridge plugin, whose own rules are nftables' too. */
export const kubeRouter: ImageRecipe = {
  name: kubeRouterImage,
  debian: { packages: ['iptables', 'ipset'] },
  programs: { 'usr/bin/kube-router': 'kube-router' },
  config: { Entrypoint: ['kube-router'], Env: ['PATH=/usr/sbin:/usr/bin'] },
  finish: { revision: '1', work: chooseNftables },
};

/** What Debian's alternatives would choose, were its scripts run. */
async function chooseNftables(folder: string): Promise<void> {
  for (const name of ['iptables', 'ip6tables'])
    for (const suffix of ['', '-save', '-restore'])
      await symlink(`${name}-nft${suffix}`, join(folder, `usr/sbin/${name}${suffix}`));
}

/** Crossplane as its own chart expects it: the program, with its kinds and its webhooks beside it. */
export const crossplane: ImageRecipe = {
  name: crossplaneImage,
  debian: { packages: ['libc6', 'ca-certificates'] },
  programs: { 'usr/bin/crossplane': 'crossplane-core' },
  config: { Entrypoint: ['crossplane'], Env: [path], User: '65532' },
  finish: { revision: '1', work: addCrossplaneKinds },
};

/** Go keeps the files of its cache to their owner; in the image another user reads them. */
async function addCrossplaneKinds(folder: string): Promise<void> {
  const cluster = await crossplaneFolder();
  for (const name of ['crds', 'webhookconfigurations'])
    await cp(join(cluster, name), join(folder, name), { recursive: true });
  await run('chmod', ['-R', 'u=rwX,go=rX', join(folder, 'crds'), join(folder, 'webhookconfigurations')]);
}
