import { objectStoreAccess } from '../node/parts/object-store.ts';
import type { Kubectl } from './kubectl.ts';

/** The S3 server that the cluster has, as a Pod of it sees it. By default the one that a node is given. */
const s3 = {
  endpoint: process.env['E2E_S3_ENDPOINT'] ?? objectStoreAccess.endpoint,
  bucket: process.env['E2E_S3_BUCKET'] ?? objectStoreAccess.bucket,
  id: process.env['E2E_S3_ID'] ?? objectStoreAccess.accessKey,
  key: process.env['E2E_S3_KEY'] ?? objectStoreAccess.secretKey,
};

/** The name of the platform's ObjectStore in every namespace. */
export const platformStore = 'company-s3';

/** A namespace with the platform's ObjectStore in it, as a platform engineer would leave it for claims. */
export function namespaceWithStore(name: string, folder: string): object[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's3-login', namespace: name },
      stringData: { id: s3.id, key: s3.key },
    },
    {
      apiVersion: 'barmancloud.cnpg.io/v1',
      kind: 'ObjectStore',
      metadata: { name: platformStore, namespace: name },
      spec: {
        configuration: {
          destinationPath: `s3://${s3.bucket}/${folder}`,
          endpointURL: s3.endpoint,
          s3Credentials: {
            accessKeyId: { name: 's3-login', key: 'id' },
            secretAccessKey: { name: 's3-login', key: 'key' },
          },
          wal: { compression: 'gzip' },
          data: { compression: 'gzip', immediateCheckpoint: true },
        },
        instanceSidecarConfiguration: {
          env: [
            { name: 'AWS_REQUEST_CHECKSUM_CALCULATION', value: 'when_required' },
            { name: 'AWS_RESPONSE_CHECKSUM_VALIDATION', value: 'when_required' },
          ],
        },
      },
    },
  ];
}

/** Whether the cluster has the plugin that archives and restores. */
export async function hasObjectStores(cluster: Kubectl): Promise<boolean> {
  const found = await cluster.find({ of: 'crd/objectstores.barmancloud.cnpg.io' }).catch(() => undefined);
  return found !== undefined;
}
