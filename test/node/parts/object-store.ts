import { versityGateway, versityGatewayImage } from '../images/catalog.ts';
import { serveBuckets } from './buckets.ts';
import { pods, rolledOut } from './part.ts';
import type { Part } from './part.ts';

const name = 's3';
const labels = { app: name };
const metadata = { name, namespace: name };

/** What an S3 client on the node is told. */
export const objectStoreAccess = {
  endpoint: 'http://s3.s3.svc:9000',
  region: 'us-east-1',
  bucket: 'backups',
  accessKey: 'node',
  secretKey: 'node-secret-key',
} as const;

/** An S3 server over a folder, without TLS, with one bucket, which is a folder, and more where ObjectBucketClaims ask for them. */
export const objectStore: Part = {
  images: [versityGateway],
  async install(node) {
    const { cluster } = node;
    const port = { name: 'http', port: 9000 };
    await cluster.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [port] } },
      server(),
    ]);
    await rolledOut(cluster, name, `statefulset/${name}`);
    await serveBuckets(node, objectStoreAccess);
  },
};

function server(): object {
  const { bucket, accessKey, secretKey } = objectStoreAccess;
  const volumeMounts = [{ name: 'data', mountPath: '/data' }];
  const login = ['--access', accessKey, '--secret', secretKey, '--iam-dir', '/data/users'];
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: {
      serviceName: name,
      ...pods(labels, {
        securityContext: { fsGroup: 65_532 },
        initContainers: [
          {
            name: 'bucket',
            image: 'busybox',
            imagePullPolicy: 'IfNotPresent',
            command: ['mkdir', '-p', '/data/users', `/data/buckets/${bucket}`],
            securityContext: { runAsUser: 65_532 },
            volumeMounts,
          },
        ],
        containers: [
          {
            name,
            image: versityGatewayImage,
            args: ['--port', ':9000', ...login, '--health', '/health', 'posix', '/data/buckets'],
            readinessProbe: { httpGet: { path: '/health', port: 9000 }, periodSeconds: 1 },
            volumeMounts,
          },
        ],
      }),
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
  };
}
