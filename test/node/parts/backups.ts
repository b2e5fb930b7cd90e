import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authority, signed } from '../../tools/certificates.ts';
import { moduleFolder } from '../../tools/go.ts';
import { versions } from '../../tools/pins.ts';
import { barmanPlugin, barmanSidecar } from '../images/barman.ts';
import { applyManifest, rolledOut } from './part.ts';
import type { Part, RunningNode } from './part.ts';

const namespace = 'cnpg-system';

/** CloudNativePG's Barman Cloud plugin by the manifest of its module, with certificates of our own in place of cert-manager's. */
export const backups: Part = {
  images: [barmanPlugin, barmanSidecar],
  async install(node) {
    await writeCertificates(node);
    const folder = await moduleFolder(
      `github.com/cloudnative-pg/plugin-barman-cloud@v${versions.barmanPlugin}`,
    );
    const manifest = await readFile(join(folder, 'manifest.yaml'), 'utf8');
    const documents = manifest.split(/^---$/m).filter((document) => !document.includes('cert-manager.io'));
    await applyManifest(node.cluster, documents.join('---'));
    await rolledOut(node.cluster, namespace, 'deployment/barman-cloud');
  },
};

/** Operator and plugin each show the other a certificate of one authority. */
async function writeCertificates({ cluster }: RunningNode): Promise<void> {
  const ca = authority('barman-cloud');
  const secrets = ['barman-cloud', 'barman-cloud-client'].map((commonName) => {
    const { certificate, key } = signed(ca, { commonName, dns: [commonName], days: 30 });
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const name = commonName === 'barman-cloud' ? 'barman-cloud-server-tls' : 'barman-cloud-client-tls';
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name, namespace },
      data: {
        'tls.crt': base64(certificate),
        'tls.key': base64(key),
        'ca.crt': base64(ca.certificate),
      },
    };
  });
  await cluster.apply(secrets);
}
