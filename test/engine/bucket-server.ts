import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundled } from '../e2e/programs.ts';
import { freePorts } from '../tools/ports.ts';
import { program } from '../tools/programs.ts';
import type { ControlPlane } from './control-plane.ts';
import { start } from './keep.ts';

/** Starts an S3 server beside the control plane, and what makes buckets on it for ObjectBucketClaims of a StorageClass. */
export async function startBuckets({ dir, access }: ControlPlane, storageClass: string): Promise<void> {
  const [port] = await freePorts(1);
  const folder = join(dir, 's3');
  for (const name of ['buckets', 'users']) await mkdir(join(folder, name), { recursive: true });
  const { host, port: apiPort, ca, token } = access.admin;
  await writeFile(join(folder, 'ca.crt'), ca);
  await writeFile(join(folder, 'token'), token, { mode: 0o600 });
  await writeFile(join(folder, 'main.mjs'), await bundled('stand-in/buckets.ts'));
  await start(dir, 'versitygw', {
    file: await program('versitygw'),
    args: [
      '--port',
      `127.0.0.1:${port}`,
      '--iam-dir',
      join(folder, 'users'),
      'posix',
      join(folder, 'buckets'),
    ],
    env: { ROOT_ACCESS_KEY: 'root', ROOT_SECRET_KEY: 'root-secret-key' },
  });
  await start(dir, 'buckets', {
    file: process.execPath,
    args: [join(folder, 'main.mjs'), storageClass],
    env: {
      KUBERNETES_SERVICE_HOST: host,
      KUBERNETES_SERVICE_PORT: String(apiPort),
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt'),
      SERVICE_ACCOUNT: folder,
      S3_ENDPOINT: `http://127.0.0.1:${port}`,
      S3_REGION: 'us-east-1',
      S3_ACCESS_KEY: 'root',
      S3_SECRET_KEY: 'root-secret-key',
    },
  });
}
