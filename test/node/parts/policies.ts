import { kubeRouter, kubeRouterImage } from '../images/catalog.ts';
import { network } from '../network.ts';
import { pods, rolledOut } from './part.ts';
import type { Part } from './part.ts';

const name = 'kube-router';
const metadata = { name, namespace: 'kube-system' };
const rbac = 'rbac.authorization.k8s.io';
const read = ['get', 'list', 'watch'];

/** Enforces NetworkPolicies, which the bridge plugin alone does not: kube-router's policy controller and nothing else of it. */
export const policies: Part = {
  images: [kubeRouter],
  async install({ cluster }) {
    await cluster.apply([
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
      {
        apiVersion: `${rbac}/v1`,
        kind: 'ClusterRole',
        metadata: { name },
        rules: [
          {
            apiGroups: [''],
            resources: ['namespaces', 'pods', 'services', 'nodes', 'endpoints'],
            verbs: read,
          },
          { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: read },
          { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
        ],
      },
      {
        apiVersion: `${rbac}/v1`,
        kind: 'ClusterRoleBinding',
        metadata: { name },
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
        subjects: [{ kind: 'ServiceAccount', ...metadata }],
      },
      controller(),
    ]);
    await rolledOut(cluster, 'kube-system', `daemonset/${name}`);
  },
};

function controller(): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata,
    spec: pods(labels, {
      serviceAccountName: name,
      hostNetwork: true,
      containers: [
        {
          name,
          image: kubeRouterImage,
          args: [
            '--run-firewall=true',
            '--run-router=false',
            '--run-service-proxy=false',
            '--run-loadbalancer=false',
            `--service-cluster-ip-range=${network.services}`,
          ],
          env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
          securityContext: { privileged: true },
          readinessProbe: { httpGet: { path: '/healthz', port: 20_244 }, periodSeconds: 1 },
          volumeMounts: [{ name: 'lock', mountPath: '/run/xtables.lock' }],
        },
      ],
      volumes: [{ name: 'lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } }],
    }),
  };
}
