import { toYaml } from '../../render/yaml/write.ts';

/** A namespace for people who write claims, as text: what they may have, and the right to it. */
export function newTenant(name: string, people: string, resources: readonly string[]): string {
  const metadata = { name, namespace: name };
  const counts = resources.map((resource) => [`count/${resource}`, '5'] as const);
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata,
      spec: {
        hard: {
          ...Object.fromEntries(counts),
          'requests.cpu': '8',
          'requests.memory': '16Gi',
          'limits.memory': '64Gi',
          'requests.storage': '200Gi',
        },
      },
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      // package/cluster adds claims to Kubernetes' own role.
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: people }],
    },
  ]
    .map((each) => `---\n${toYaml(each)}`)
    .join('');
}
