import { becomes } from '../../e2e/claims.ts';
import { standIn } from '../../e2e/stand-in/manifest.ts';
import type { StandIn } from '../../e2e/stand-in/manifest.ts';
import { customResourceDefinitions } from '../../tools/crds.ts';
import { applyManifest } from './part.ts';
import type { RunningNode } from './part.ts';

/** The StorageClass of ObjectBucketClaims that are served. */
export const bucketClass = 'buckets';

/** An S3 server whose administrator can make users. */
export interface S3Server {
  /** A URL, without a slash at its end. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** What serves ObjectBucketClaims by an S3 server: their real definition, a StorageClass, and a stand-in for an operator. */
export async function serveBuckets({ cluster }: RunningNode, server: S3Server): Promise<void> {
  const items = await customResourceDefinitions(['noobaa']);
  await applyManifest(cluster, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const wanted = operator(server);
  await cluster.apply([
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: bucketClass },
      provisioner: 'node.local/buckets',
      reclaimPolicy: 'Delete',
    },
    ...(await standIn(wanted)),
  ]);
  await becomes(cluster, { of: `deployment/${wanted.name}`, in: wanted.namespace }, 'Available', 60);
}

function operator({ endpoint, region, accessKey, secretKey }: S3Server): StandIn {
  const apiGroups = ['objectbucket.io'];
  return {
    name: 'buckets-stand-in',
    namespace: 's3',
    program: 'buckets.ts',
    argument: bucketClass,
    env: {
      S3_ENDPOINT: endpoint,
      S3_REGION: region,
      S3_ACCESS_KEY: accessKey,
      S3_SECRET_KEY: secretKey,
    },
    rules: [
      { apiGroups, resources: ['objectbucketclaims'], verbs: ['list', 'patch'] },
      { apiGroups, resources: ['objectbucketclaims/status'], verbs: ['patch'] },
      { apiGroups: [''], resources: ['secrets', 'configmaps'], verbs: ['get', 'create', 'patch'] },
    ],
    partOf: 'object-buckets',
    description: 'a stand-in: versitygw plays the object store',
  };
}
