import type { JsonObject } from '../../functions/composition/contract.ts';
import { toYaml } from '../../render/yaml/write.ts';

const [own, foreign] = ['intelligence-other', 'intelligence-deepagents'];

interface Attempt {
  readonly attempt: string;
  readonly object: JsonObject;
  readonly says: string;
}

/** What the second tenant commits, and what Argo CD says of each. */
export const attempts: readonly Attempt[] = [
  {
    attempt: 'a Deployment beside the first one’s Secrets',
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'reader', namespace: foreign },
      spec: {
        selector: { matchLabels: { app: 'reader' } },
        template: {
          metadata: { labels: { app: 'reader' } },
          spec: {
            containers: [
              {
                name: 'main',
                image: 'example.org/main:v1',
                envFrom: [{ secretRef: { name: 'agent-executor-db-conn' } }],
              },
            ],
          },
        },
      },
    },
    says: `Deployment reader: namespace ${foreign} is not permitted in project 'other-workloads'`,
  },
  {
    attempt: 'the namespace of the first',
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: foreign } },
    says: `Namespace ${foreign}: resource :Namespace is not permitted in project other-workloads`,
  },
  {
    attempt: 'its own namespace, less strict',
    object: {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: own, labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
    },
    says: `Namespace ${own}: resource :Namespace is not permitted in project other-workloads`,
  },
  {
    attempt: 'rights in the whole cluster',
    object: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'other' },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
    },
    says: 'ClusterRole other: resource rbac.authorization.k8s.io:ClusterRole is not permitted in project other-workloads',
  },
  {
    attempt: 'rights in its namespace',
    object: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'other', namespace: own },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    },
    says: 'RoleBinding other: resource rbac.authorization.k8s.io:RoleBinding is not permitted in project other-workloads',
  },
  {
    attempt: 'a quota of its own',
    object: {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'tenant', namespace: own },
      spec: { hard: { 'requests.memory': '1Ti' } },
    },
    says: 'ResourceQuota tenant: resource :ResourceQuota is not permitted in project other-workloads',
  },
  {
    attempt: 'an open door to its Pods',
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'tenant', namespace: own },
      spec: { podSelector: {}, ingress: [{}] },
    },
    says: 'NetworkPolicy tenant: resource networking.k8s.io:NetworkPolicy is not permitted in project other-workloads',
  },
  {
    attempt: 'a Secret in Git',
    object: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mine', namespace: own } },
    says: 'Secret mine: resource :Secret is not permitted in project other-workloads',
  },
  {
    attempt: 'a store of secrets with the rights of the operator',
    object: {
      apiVersion: 'external-secrets.io/v1',
      kind: 'SecretStore',
      metadata: { name: 'mine', namespace: own },
      spec: { provider: { aws: { service: 'ParameterStore', region: 'eu-central-1' } } },
    },
    says: 'SecretStore mine: resource external-secrets.io:SecretStore is not permitted in project other-workloads',
  },
  {
    attempt: 'an Application in the platform’s project',
    object: {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'keda', namespace: 'argocd' },
      spec: { project: 'platform', destination: { name: 'in-cluster' } },
    },
    says: 'Application keda: resource argoproj.io:Application is not permitted in project other-workloads',
  },
];

/** A key of the first in the store, which only the API server refuses. */
export const foreignKey = toYaml({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'theirs', namespace: own },
  spec: {
    secretStoreRef: { name: 'aws-parameter-store', kind: 'ClusterSecretStore' },
    data: [{ secretKey: 'KEY', remoteRef: { key: '/zerotouch/dev/agent-executor/openai_api_key' } }],
  },
});
