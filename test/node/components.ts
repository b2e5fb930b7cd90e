import { join } from 'node:path';
import type { ProgramName } from '../tools/recipes.ts';
import { network } from './network.ts';
import { kubeconfigOf } from './state.ts';
import type { NodeState } from './state.ts';

/** A program that runs as long as the node does. */
export interface Component {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** A command that succeeds once the next component may start. */
  readonly until?: readonly [string, ...string[]];
}

/** Where the programs of Kubernetes are. */
export type Programs = Readonly<Record<(typeof nodePrograms)[number], string>>;

export const nodePrograms = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'kubelet',
  'kubectl',
] as const satisfies readonly ProgramName[];

/** The node's components in the order in which they start. */
export function components(state: NodeState, programs: Programs): Component[] {
  const serves = ['--kubeconfig', state.kubeconfig, 'get', '--raw', '/readyz'];
  return [
    { name: 'etcd', command: programs.etcd, args: etcd(state) },
    { name: 'containerd', command: 'containerd', args: ['--config', join(state.folder, 'containerd.toml')] },
    {
      name: 'kube-apiserver',
      command: programs['kube-apiserver'],
      args: apiServer(state),
      until: [programs.kubectl, ...serves],
    },
    {
      name: 'kube-controller-manager',
      command: programs['kube-controller-manager'],
      args: controllerManager(state),
    },
    {
      name: 'kube-scheduler',
      command: programs['kube-scheduler'],
      args: [...identity(state, 'scheduler'), '--leader-elect=false', '--bind-address=127.0.0.1'],
    },
    {
      name: 'kube-proxy',
      command: programs['kube-proxy'],
      args: ['--config', join(state.folder, 'proxy.yaml')],
      until: ['ctr', 'version'],
    },
    { name: 'kubelet', command: programs.kubelet, args: kubelet(state) },
  ];
}

/** Nothing outlives the node, so nothing has to be on disk before it is acknowledged. */
function etcd({ folder }: NodeState): string[] {
  const client = 'http://127.0.0.1:2379';
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    '--listen-peer-urls=http://127.0.0.1:2380',
  ];
}

/** The flags with `requestheader` and `proxy-client` are what aggregated APIs need, such as KEDA's metrics. */
function apiServer({ keys }: NodeState): string[] {
  const key = (name: string) => join(keys, name);
  return [
    '--etcd-servers=http://127.0.0.1:2379',
    `--advertise-address=${network.node}`,
    '--secure-port=6443',
    `--service-cluster-ip-range=${network.services}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged',
    `--client-ca-file=${key('ca.crt')}`,
    `--tls-cert-file=${key('apiserver.crt')}`,
    `--tls-private-key-file=${key('apiserver.key')}`,
    `--kubelet-client-certificate=${key('apiserver-kubelet.crt')}`,
    `--kubelet-client-key=${key('apiserver-kubelet.key')}`,
    `--kubelet-certificate-authority=${key('ca.crt')}`,
    // The node's name is in no DNS.
    '--kubelet-preferred-address-types=InternalIP',
    `--requestheader-client-ca-file=${key('front.crt')}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${key('front-client.crt')}`,
    `--proxy-client-key-file=${key('front-client.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${key('service-account.pub')}`,
    `--service-account-signing-key-file=${key('service-account.key')}`,
  ];
}

function controllerManager(state: NodeState): string[] {
  const { folder, keys } = state;
  return [
    ...identity(state, 'controller-manager'),
    '--use-service-account-credentials',
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    `--flex-volume-plugin-dir=${join(folder, 'kubelet', 'volume-plugins')}`,
    `--root-ca-file=${join(keys, 'ca.crt')}`,
    `--service-account-private-key-file=${join(keys, 'service-account.key')}`,
    `--cluster-signing-cert-file=${join(keys, 'ca.crt')}`,
    `--cluster-signing-key-file=${join(keys, 'ca.key')}`,
    '--horizontal-pod-autoscaler-sync-period=5s',
  ];
}

function kubelet({ folder }: NodeState): string[] {
  return [
    `--config=${join(folder, 'kubelet.yaml')}`,
    `--kubeconfig=${kubeconfigOf(folder, 'kubelet')}`,
    `--root-dir=${join(folder, 'kubelet')}`,
    '--hostname-override=node',
    `--node-ip=${network.node}`,
  ];
}

/** As whom a component speaks, also when it asks who its own callers are. */
function identity({ folder }: NodeState, user: string): string[] {
  const kubeconfig = kubeconfigOf(folder, user);
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
  ];
}
