import { bundled } from '../programs.ts';

const name = 'dragonfly-stand-in';
const namespace = 'dragonfly-operator-system';
const metadata = { name, namespace };

const rules = [
  { apiGroups: ['dragonflydb.io'], resources: ['dragonflies'], verbs: ['list'] },
  // An owner reference that blocks deletion asks for the finalizers.
  {
    apiGroups: ['dragonflydb.io'],
    resources: ['dragonflies/status', 'dragonflies/finalizers'],
    verbs: ['patch', 'update'],
  },
  { apiGroups: [''], resources: ['services'], verbs: ['create', 'patch'] },
  { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['create', 'patch'] },
];

/** The stand-in with all it needs, in the namespace that the operator would be in. */
export async function standIn(images: { readonly node: string; readonly redis: string }): Promise<object[]> {
  const rbac = 'rbac.authorization.k8s.io';
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { 'main.mjs': await bundled('stand-in/dragonfly.ts') },
    },
    deployment(images),
  ];
}

function deployment({ node, redis }: { readonly node: string; readonly redis: string }): object {
  const description = 'a stand-in: a Redis plays the server';
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      ...metadata,
      labels: { 'app.kubernetes.io/part-of': 'dragonfly-operator' },
      annotations: { 'kubernetes.io/description': description },
    },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          serviceAccountName: name,
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: 'stand-in',
              image: node,
              imagePullPolicy: 'IfNotPresent',
              command: ['node', '/program/main.mjs', redis],
              env: [
                {
                  name: 'NODE_EXTRA_CA_CERTS',
                  value: '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
                },
              ],
              volumeMounts: [{ name: 'program', mountPath: '/program' }],
            },
          ],
          volumes: [{ name: 'program', configMap: { name } }],
        },
      },
    },
  };
}
