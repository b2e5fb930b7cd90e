import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pauseImage } from './images/catalog.ts';
import { network } from './network.ts';
import { kubeconfigOf } from './state.ts';
import type { NodeState } from './state.ts';

/** Writes what containerd, its network plugins, the kubelet and kube-proxy are told. */
export async function writeConfiguration(state: NodeState): Promise<void> {
  const files = {
    'containerd.toml': containerd(state),
    [`registries/${network.registry}/hosts.toml`]: `[host."http://${network.registry}"]\n`,
    'cni/net.d/10-pods.conflist': JSON.stringify(podNetwork(state)),
    'kubelet.yaml': JSON.stringify(kubelet(state)),
    'proxy.yaml': JSON.stringify(kubeProxy(state)),
    'resolv.conf': '',
  };
  for (const [name, content] of Object.entries(files)) {
    const path = join(state.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

/**
 * A machine may withhold the right to lower a process's `oom_score_adj`; runc then dies without a word, so it is not asked to.
 * Without the line for the registry containerd would insist on TLS.
 */
function containerd({ folder }: NodeState): string {
  return `version = 2
root = "${folder}/containerd"
state = "/run/containerd"
[plugins."io.containerd.internal.v1.opt"]
  path = "${folder}/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${folder}/registries"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
`;
}

function podNetwork({ folder }: NodeState): object {
  const ipam = {
    type: 'host-local',
    dataDir: join(folder, 'cni', 'ipam'),
    ranges: [[{ subnet: network.pods }]],
  };
  const bridge = { type: 'bridge', bridge: 'cni0', isGateway: true, isDefaultGateway: true };
  return {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      { ...bridge, hairpinMode: true, ipMasq: true, ipam },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}

/** Nothing may hang on how full the machine is, and images are only ever imported: eviction and clean-up are off. */
function kubelet({ folder, keys }: NodeState): object {
  const nearlyFull = {
    'memory.available': '100Mi',
    'nodefs.available': '1%',
    'nodefs.inodesFree': '1%',
    'imagefs.available': '1%',
  };
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    failCgroupV1: false,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: '/node',
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(keys, 'ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: join(keys, 'kubelet.crt'),
    tlsPrivateKeyFile: join(keys, 'kubelet.key'),
    clusterDNS: [network.dns],
    clusterDomain: 'cluster.local',
    resolvConf: join(folder, 'resolv.conf'),
    podLogsDir: join(folder, 'pod-logs'),
    volumePluginDir: join(folder, 'kubelet', 'volume-plugins'),
    evictionHard: nearlyFull,
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    failSwapOn: false,
    syncFrequency: '10s',
  };
}

/** The connection-tracking limits are the machine's, so they stay as they are. */
function kubeProxy({ folder }: NodeState): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clientConnection: { kubeconfig: kubeconfigOf(folder, 'proxy') },
    clusterCIDR: network.pods,
    hostnameOverride: 'node',
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}
