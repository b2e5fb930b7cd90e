import { cloudNativePgManifest, kedaManifest } from '../../tools/manifests.ts';
import { cnpgOperator, kedaImages } from '../images/catalog.ts';
import { postgres17 } from '../images/postgres.ts';
import { applyManifest, rolledOut } from './part.ts';
import type { Part } from './part.ts';

/** CloudNativePG by the manifest of its release. */
export const cloudNativePg: Part = {
  images: [cnpgOperator, postgres17],
  async install({ cluster }) {
    await applyManifest(cluster, await cloudNativePgManifest());
    await rolledOut(cluster, 'cnpg-system', 'deployment');
  },
};

/** KEDA by the kustomization of its module. */
export const keda: Part = {
  images: kedaImages,
  async install({ cluster }) {
    await applyManifest(cluster, await kedaManifest());
    await rolledOut(cluster, 'keda', 'deployment/keda-operator');
    await rolledOut(cluster, 'keda', 'deployment/keda-metrics-apiserver');
    const metrics = 'apiservice/v1beta1.external.metrics.k8s.io';
    await cluster.run(['wait', metrics, '--for=condition=Available', '--timeout=120s'], { seconds: 130 });
  },
};
