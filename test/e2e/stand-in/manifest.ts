import { nodeImage, bundled } from '../programs.ts';

/** A program of this folder that plays an operator. */
export interface StandIn {
  readonly name: string;
  /** Where the operator would be. */
  readonly namespace: string;
  /** The file of the program. */
  readonly program: string;
  /** Its only argument. */
  readonly argument: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it may do in all namespaces, as rules of a ClusterRole. */
  readonly rules: readonly object[];
  /** The label by which the operator's own Deployment would be found. */
  readonly partOf: string;
  /** What it calls itself. */
  readonly description: string;
}

/** A stand-in with all it needs, in a namespace that is made for it. */
export async function standIn(wanted: StandIn): Promise<object[]> {
  const rbac = 'rbac.authorization.k8s.io';
  const { name, namespace, program, rules } = wanted;
  const metadata = { name, namespace };
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
      data: { 'main.mjs': await bundled(`stand-in/${program}`) },
    },
    deployment(wanted),
  ];
}

function deployment({ name, namespace, argument, env = {}, partOf, description }: StandIn): object {
  const authority = '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt';
  const variables = Object.entries({ NODE_EXTRA_CA_CERTS: authority, ...env });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace,
      labels: { 'app.kubernetes.io/part-of': partOf },
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
              image: nodeImage,
              imagePullPolicy: 'IfNotPresent',
              command: ['node', '/program/main.mjs', argument],
              env: variables.map(([variable, value]) => ({ name: variable, value })),
              volumeMounts: [{ name: 'program', mountPath: '/program' }],
            },
          ],
          volumes: [{ name: 'program', configMap: { name } }],
        },
      },
    },
  };
}
