import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authority, signed } from '../tools/certificates.ts';
import { freePorts } from '../tools/ports.ts';
import { program } from '../tools/programs.ts';
import { grantAccess, kubeconfig, tokenFile } from './access.ts';
import type { User } from './access.ts';
import { Api } from './api.ts';
import type { Access } from './api.ts';
import { signal, start } from './keep.ts';
import type { Command } from './keep.ts';
import { until } from './until.ts';

/** A running API server with its etcd and controllers; plain data, so that it can be handed to test processes. */
export interface ControlPlane {
  /** Holds everything it owns; the keeper of this folder runs its processes. */
  readonly dir: string;
  readonly access: Readonly<Record<User, Access>>;
  readonly commands: Readonly<Record<'etcd' | 'kube-apiserver' | 'kube-controller-manager', Command>>;
}

async function writeKeys(dir: string): Promise<string> {
  const ca = authority('engine-test');
  const server = signed(ca, { commonName: 'kube-apiserver', dns: ['localhost'], ip: ['127.0.0.1'] });
  const accounts = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await Promise.all([
    writeFile(join(dir, 'server.crt'), server.certificate),
    writeFile(join(dir, 'server.key'), server.key, { mode: 0o600 }),
    writeFile(join(dir, 'accounts.pub'), accounts.publicKey),
    writeFile(join(dir, 'accounts.key'), accounts.privateKey, { mode: 0o600 }),
  ]);
  return ca.certificate;
}

async function etcd(dir: string, client: number, peer: number): Promise<Command> {
  const [clients, peers] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  const listen = [
    '--listen-client-urls',
    clients,
    '--advertise-client-urls',
    clients,
    '--listen-peer-urls',
    peers,
  ];
  const cluster = ['--initial-advertise-peer-urls', peers, '--initial-cluster', `default=${peers}`];
  return {
    file: await program('etcd'),
    args: ['--data-dir', join(dir, 'etcd'), '--unsafe-no-fsync', ...listen, ...cluster],
  };
}

async function apiServer(dir: string, port: number, etcdPort: number): Promise<Command> {
  const file = (name: string) => join(dir, name);
  const options = {
    'etcd-servers': `http://127.0.0.1:${etcdPort}`,
    'bind-address': '127.0.0.1',
    'advertise-address': '127.0.0.1',
    'secure-port': port,
    'tls-cert-file': file('server.crt'),
    'tls-private-key-file': file('server.key'),
    'token-auth-file': tokenFile(dir),
    'authorization-mode': 'RBAC',
    'service-cluster-ip-range': '10.96.0.0/16',
    'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
    'service-account-key-file': file('accounts.pub'),
    'service-account-signing-key-file': file('accounts.key'),
    // What it would otherwise write about itself has no reader here, and its own Service would point at loopback.
    'endpoint-reconciler-type': 'none',
  };
  return {
    file: await program('kube-apiserver'),
    args: Object.entries(options).map(([name, value]) => `--${name}=${value}`),
  };
}

/** Only what claims and tenants depend on: garbage collection, deletion of namespaces, the aggregation of roles, and quotas. */
async function controllers(dir: string, port: number): Promise<Command> {
  const options = {
    kubeconfig: kubeconfig({ dir }, 'controllers'),
    'bind-address': '127.0.0.1',
    'secure-port': port,
    'leader-elect': false,
    controllers:
      'garbage-collector-controller,namespace-controller,clusterrole-aggregation-controller,resourcequota-controller',
  };
  return {
    file: await program('kube-controller-manager'),
    args: Object.entries(options).map(([name, value]) => `--${name}=${value}`),
  };
}

/** Starts etcd, API server and controllers in an empty folder that has a keeper; returns when the API server is ready. */
export async function startControlPlane(dir: string): Promise<ControlPlane> {
  const [client, peer, secure, metrics] = await freePorts(4);
  if (!client || !peer || !secure || !metrics) throw new Error('cannot start a control plane: no free ports');
  await mkdir(dir, { recursive: true });
  const ca = await writeKeys(dir);
  const access = await grantAccess(dir, { host: '127.0.0.1', port: secure, ca });
  const plane: ControlPlane = {
    dir,
    access,
    commands: {
      etcd: await etcd(dir, client, peer),
      'kube-apiserver': await apiServer(dir, secure, client),
      'kube-controller-manager': await controllers(dir, metrics),
    },
  };
  await start(dir, 'etcd', plane.commands.etcd);
  await start(dir, 'kube-apiserver', plane.commands['kube-apiserver']);
  await apiReady(plane);
  await start(dir, 'kube-controller-manager', plane.commands['kube-controller-manager']);
  return plane;
}

/** Returns when the API server answers /readyz. */
export async function apiReady(plane: ControlPlane): Promise<void> {
  const api = new Api(plane.access.admin);
  await until('the API server is ready', () => api.isReady(), { seconds: 60 });
}

/**
 * Restarts the controllers, which lets the garbage collector learn new kinds at once. By itself it looks for them
 * every 30 s, and until then what a deleted claim was composed of stays.
 */
export async function relearnKinds(plane: ControlPlane): Promise<void> {
  await signal(plane.dir, 'kube-controller-manager', 'SIGTERM');
  await start(plane.dir, 'kube-controller-manager', plane.commands['kube-controller-manager']);
}
