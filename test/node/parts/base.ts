import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { moduleFolder } from '../../tools/go.ts';
import { versions } from '../../tools/pins.ts';
import { baseImages, coreDnsImage } from '../images/catalog.ts';
import { network } from '../network.ts';
import type { Part } from './part.ts';
import { applyManifest, pods } from './part.ts';

const name = 'coredns';
const metadata = { name, namespace: 'kube-system' };
const rbac = 'rbac.authorization.k8s.io';

const corefile = `.:53 {
  errors
  health
  ready
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    ttl 5
  }
  cache 5
}
`;

/** What every cluster is expected to have: DNS, and a default storage class whose volumes are folders of the node. */
export const base: Part = {
  images: baseImages,
  async install({ state, cluster }) {
    await cluster.apply(dns());
    const folder = await moduleFolder(
      `github.com/rancher/local-path-provisioner@v${versions.localPathProvisioner}`,
    );
    const manifest = await readFile(join(folder, 'deploy/local-path-storage.yaml'), 'utf8');
    await applyManifest(cluster, manifest.replaceAll('/opt/local-path-provisioner', state.volumes));
    const isDefault = 'storageclass.kubernetes.io/is-default-class=true';
    await cluster.run(['annotate', '--overwrite', 'storageclass', 'local-path', isDefault]);
  },
};

function dns(): object[] {
  const labels = { 'k8s-app': 'kube-dns' };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'node-coredns' },
      rules: [
        {
          apiGroups: [''],
          resources: ['endpoints', 'services', 'pods', 'namespaces'],
          verbs: ['list', 'watch'],
        },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'node-coredns' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'node-coredns' },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: corefile } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: pods(labels, {
        serviceAccountName: name,
        dnsPolicy: 'Default',
        containers: [
          {
            name,
            image: coreDnsImage,
            args: ['-conf', '/etc/coredns/Corefile'],
            volumeMounts: [{ name: 'config', mountPath: '/etc/coredns' }],
            // Without a request it is the first that gets no processor when there is much to do.
            resources: { requests: { cpu: '100m', memory: '70Mi' } },
            readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 2 },
          },
        ],
        volumes: [{ name: 'config', configMap: { name } }],
      }),
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace: 'kube-system', labels },
      spec: {
        clusterIP: network.dns,
        selector: labels,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP' },
        ],
      },
    },
  ];
}
