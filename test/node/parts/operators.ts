import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../e2e/shell.ts';
import { moduleFolder } from '../../tools/go.ts';
import { versions } from '../../tools/pins.ts';
import { program } from '../../tools/programs.ts';
import { cnpgOperator, kedaImages } from '../images/catalog.ts';
import { postgres17 } from '../images/postgres.ts';
import { applyManifest, rolledOut } from './part.ts';
import type { Part } from './part.ts';

/** CloudNativePG by the manifest of its release, which its module carries. */
export const cloudNativePg: Part = {
  images: [cnpgOperator, postgres17],
  async install({ cluster }) {
    const { cloudnativePg: version } = versions;
    const folder = await moduleFolder(`github.com/cloudnative-pg/cloudnative-pg@v${version}`);
    await applyManifest(cluster, await readFile(join(folder, `releases/cnpg-${version}.yaml`), 'utf8'));
    await rolledOut(cluster, 'cnpg-system', 'deployment');
  },
};

/** KEDA by the kustomization of its module, whose images are those of its main branch. */
export const keda: Part = {
  images: kedaImages,
  async install({ cluster }) {
    const folder = await moduleFolder(`github.com/kedacore/keda/v2@v${versions.keda}`);
    const manifest = await run(await program('kubectl'), ['kustomize', join(folder, 'config/default')]);
    await applyManifest(
      cluster,
      manifest.replaceAll(/(ghcr\.io\/kedacore\/keda[a-z-]*):main/g, `$1:${versions.keda}`),
    );
    await rolledOut(cluster, 'keda', 'deployment/keda-operator');
    await rolledOut(cluster, 'keda', 'deployment/keda-metrics-apiserver');
    const metrics = 'apiservice/v1beta1.external.metrics.k8s.io';
    await cluster.run(['wait', metrics, '--for=condition=Available', '--timeout=120s'], { seconds: 130 });
  },
};
