import type { Draft } from './api.ts';
import { claim } from './claims.ts';

/** The namespaces of two teams in one registry; what follows is tried by the first. */
export const [ours, theirs] = ['intelligence-ours', 'intelligence-theirs'];

const named = (kind: string, apiVersion: string, more: object = {}, namespace = ours): Draft => ({
  apiVersion,
  kind,
  metadata: { name: 'attempt', namespace },
  ...more,
});

const externalSecret = (spec: object) =>
  named('ExternalSecret', 'external-secrets.io/v1', {
    spec: { secretStoreRef: { name: 'aws-parameter-store', kind: 'ClusterSecretStore' }, ...spec },
  });

/** An ExternalSecret of the first for one key of the store. */
export const reads = (key: string) => externalSecret({ data: [{ secretKey: 'KEY', remoteRef: { key } }] });

/** A Pod of the first as it may be, with something changed. */
export const pod = (spec: object, container: object = {}) =>
  named('Pod', 'v1', {
    spec: {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'main',
          image: 'example.org/main:v1',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          ...container,
        },
      ],
      ...spec,
    },
  });

/** Who tries: Argo CD, which may do everything and does what the tenant commits, or one of its people with kubectl. */
export type Who = 'Argo CD' | 'a person';

interface Attempt {
  readonly attempt: string;
  readonly who: Who;
  readonly draft: Draft;
  readonly says: string;
}

/** What no tenant gets by writing it: each is refused, by name. */
export const attempts: readonly Attempt[] = [
  {
    attempt: 'read a key of the other out of the store',
    who: 'Argo CD',
    draft: reads('/zerotouch/prod/theirs/openai_api_key'),
    says: 'this tenant may not read /zerotouch/prod/theirs/openai_api_key, but only what is below /zerotouch/prod/ours/, /zerotouch/prod/platform/ghcr/',
  },
  {
    attempt: 'read a key whose name only begins like its own',
    who: 'Argo CD',
    draft: reads('/zerotouch/prod/ours-too/openai_api_key'),
    says: 'this tenant may not read /zerotouch/prod/ours-too/openai_api_key',
  },
  {
    attempt: 'climb out of its folder of the store',
    who: 'Argo CD',
    draft: reads('/zerotouch/prod/ours/../theirs/openai_api_key'),
    says: 'this tenant may not read',
  },
  {
    attempt: 'take all keys of a secret of the other',
    who: 'Argo CD',
    draft: externalSecret({ dataFrom: [{ extract: { key: '/zerotouch/prod/theirs/all' } }] }),
    says: 'this tenant may not read /zerotouch/prod/theirs/all',
  },
  {
    attempt: 'find whatever there is in the store',
    who: 'Argo CD',
    draft: externalSecret({ dataFrom: [{ find: { name: { regexp: '.*' } } }] }),
    says: 'dataFrom.find would find what belongs to others',
  },
  {
    attempt: 'read by a store of its own, from one entry',
    who: 'Argo CD',
    draft: externalSecret({
      dataFrom: [
        {
          sourceRef: { storeRef: { name: 'mine', kind: 'SecretStore' } },
          extract: { key: '/zerotouch/prod/ours/all' },
        },
      ],
    }),
    says: 'sourceRef is not for them',
  },
  {
    attempt: 'make a store with the rights of the operator',
    who: 'Argo CD',
    draft: named('SecretStore', 'external-secrets.io/v1', {
      spec: { provider: { aws: { service: 'ParameterStore', region: 'eu-central-1' } } },
    }),
    says: 'tenants have no SecretStore',
  },
  {
    attempt: 'write over a secret of the other in the store',
    who: 'Argo CD',
    draft: named('PushSecret', 'external-secrets.io/v1alpha1', {
      spec: {
        secretStoreRefs: [{ name: 'aws-parameter-store', kind: 'ClusterSecretStore' }],
        selector: { secret: { name: 'mine' } },
        data: [{ match: { remoteRef: { remoteKey: '/zerotouch/prod/theirs/openai_api_key' } } }],
      },
    }),
    says: 'tenants have no PushSecret',
  },
  {
    attempt: 'run a container that may become root',
    who: 'Argo CD',
    draft: pod({}, { securityContext: {} }),
    says: 'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
  },
  {
    attempt: 'mount a folder of the node',
    who: 'Argo CD',
    draft: pod({ volumes: [{ name: 'node', hostPath: { path: '/' } }] }),
    says: 'violates PodSecurity "restricted:latest"',
  },
  {
    attempt: 'go before all others by priority',
    who: 'Argo CD',
    draft: pod({ priorityClassName: 'system-node-critical' }),
    says: 'Pods of tenants may not have the priority system-node-critical',
  },
  {
    attempt: 'have more memory than its quota',
    who: 'Argo CD',
    draft: pod({}, { resources: { requests: { memory: '17Gi' }, limits: { memory: '17Gi' } } }),
    says: 'exceeded quota: tenant, requested: requests.memory=17Gi',
  },
  {
    attempt: 'open a port on every node',
    who: 'Argo CD',
    draft: named('Service', 'v1', { spec: { type: 'NodePort', ports: [{ port: 80 }] } }),
    says: 'exceeded quota: tenant, requested: services.nodeports=1',
  },
  {
    attempt: 'have one more database than its quota',
    who: 'Argo CD',
    draft: claim('PostgresInstance', ours, 'second'),
    says: 'exceeded quota: tenant, requested: count/postgresinstances.database.bizmatters.io=1',
  },
  {
    attempt: 'put a claim into the namespace of the other',
    who: 'a person',
    draft: claim('DragonflyInstance', theirs, 'cache'),
    says: 'cannot create resource "dragonflyinstances"',
  },
  {
    attempt: 'put a Deployment beside the other’s Secrets',
    who: 'a person',
    draft: named('Deployment', 'apps/v1', {}, theirs),
    says: 'cannot create resource "deployments"',
  },
  {
    attempt: 'make a namespace',
    who: 'a person',
    draft: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'intelligence-more' } },
    says: 'cannot create resource "namespaces"',
  },
  {
    attempt: 'give itself a right',
    who: 'a person',
    draft: named('RoleBinding', 'rbac.authorization.k8s.io/v1', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    }),
    says: 'cannot create resource "rolebindings"',
  },
];
