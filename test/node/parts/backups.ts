import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { selfSigned } from '../../tools/certificates.ts';
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

/** Operator and plugin each take the certificate that the other shows for the authority that it must be of. */
async function writeCertificates({ cluster }: RunningNode): Promise<void> {
  const secrets = ['server', 'client'].map((side) => {
    const commonName = side === 'server' ? 'barman-cloud' : 'barman-cloud-client';
    const { certificate, key } = selfSigned({ commonName, dns: [commonName], days: 30 });
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name: `barman-cloud-${side}-tls`, namespace },
      stringData: { 'tls.crt': certificate, 'tls.key': key },
    };
  });
  await cluster.apply(secrets);
}
