import { join } from 'node:path';
import { run } from '../../e2e/shell.ts';
import { moduleFolder } from '../../tools/go.ts';
import { versions } from '../../tools/pins.ts';
import { program } from '../../tools/programs.ts';
import { metricsServer } from '../images/catalog.ts';
import { applyManifest, rolledOut } from './part.ts';
import type { Part } from './part.ts';

/** The kubelet's certificate is of the cluster's own authority, which every ServiceAccount knows. */
const authority = '--kubelet-certificate-authority=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt';

/** What Pods use, for autoscalers: metrics-server by the kustomization of its module, whose image is that of its main branch. */
export const metrics: Part = {
  images: [metricsServer],
  async install({ cluster }) {
    const folder = await moduleFolder(`sigs.k8s.io/metrics-server@v${versions.metricsServer}`);
    const manifest = await run(await program('kubectl'), ['kustomize', join(folder, 'manifests/base')]);
    await applyManifest(
      cluster,
      manifest
        .replace('gcr.io/k8s-staging-metrics-server/metrics-server:master', metricsServer.name)
        .replace(/^( *)- --metric-resolution=\S+$/m, `$&\n$1- ${authority}`),
    );
    await rolledOut(cluster, 'kube-system', 'deployment/metrics-server');
    const service = 'apiservice/v1beta1.metrics.k8s.io';
    await cluster.run(['wait', service, '--for=condition=Available', '--timeout=120s'], { seconds: 130 });
  },
};
