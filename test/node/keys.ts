import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authority, signed } from '../tools/certificates.ts';
import type { KeyPair, Subject } from '../tools/certificates.ts';
import { network } from './network.ts';
import { kubeconfigOf } from './state.ts';
import type { NodeState } from './state.ts';

const apiServerNames = ['', '.default', '.default.svc', '.default.svc.cluster.local'].map(
  (domain) => `kubernetes${domain}`,
);

/** Who has a certificate of the cluster's authority. The names are those that Kubernetes' own roles are bound to. */
const subjects = {
  apiserver: {
    commonName: 'kube-apiserver',
    dns: [...apiServerNames, 'localhost'],
    ip: [network.apiServer, network.node, '127.0.0.1'],
  },
  'apiserver-kubelet': { commonName: 'apiserver-kubelet', organization: 'system:masters' },
  admin: { commonName: 'admin', organization: 'system:masters' },
  'controller-manager': { commonName: 'system:kube-controller-manager' },
  scheduler: { commonName: 'system:kube-scheduler' },
  proxy: { commonName: 'system:kube-proxy' },
  kubelet: {
    commonName: 'system:node:node',
    organization: 'system:nodes',
    dns: ['node'],
    ip: [network.node],
  },
} as const satisfies Record<string, Subject>;

/** Whoever speaks to the API server as a client has a kubeconfig with its own certificate in it. */
const clients = ['admin', 'controller-manager', 'scheduler', 'proxy', 'kubelet'] as const;

/** Makes the keys and certificates of a node, good for a month, and the kubeconfigs. */
export async function writeKeys({ folder, keys }: NodeState): Promise<void> {
  await mkdir(keys, { recursive: true, mode: 0o700 });
  const ca = authority('kubernetes');
  const front = authority('front-proxy');
  await writePair(keys, 'ca', ca);
  await writePair(keys, 'front', front);
  await writePair(keys, 'front-client', signed(front, { commonName: 'front-proxy-client', days: 30 }));
  await writeServiceAccountKey(keys);
  for (const [name, subject] of Object.entries(subjects)) {
    const pair = signed(ca, { ...subject, days: 30 });
    await writePair(keys, name, pair);
    if (clients.some((client) => client === name)) await writeKubeconfig(folder, name, ca, pair);
  }
}

async function writePair(folder: string, name: string, { certificate, key }: KeyPair): Promise<void> {
  await writeFile(join(folder, `${name}.crt`), certificate);
  await writeFile(join(folder, `${name}.key`), key, { mode: 0o600 });
}

async function writeServiceAccountKey(folder: string): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await writeFile(join(folder, 'service-account.pub'), publicKey);
  await writeFile(join(folder, 'service-account.key'), privateKey, { mode: 0o600 });
}

async function writeKubeconfig(folder: string, user: string, ca: KeyPair, pair: KeyPair): Promise<void> {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'node',
        cluster: {
          server: `https://${network.node}:6443`,
          'certificate-authority-data': base64(ca.certificate),
        },
      },
    ],
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': base64(pair.certificate),
          'client-key-data': base64(pair.key),
        },
      },
    ],
    contexts: [{ name: 'node', context: { cluster: 'node', user } }],
    'current-context': 'node',
  };
  await writeFile(kubeconfigOf(folder, user), JSON.stringify(config), { mode: 0o600 });
}
