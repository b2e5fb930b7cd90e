import { kubeconfig } from '../engine/access.ts';
import type { Api } from '../engine/api.ts';
import type { ControlPlane } from '../engine/control-plane.ts';
import { start } from '../engine/keep.ts';
import { until } from '../engine/until.ts';
import { freePorts } from '../tools/ports.ts';
import { program } from '../tools/programs.ts';

/** Starts the External Secrets Operator beside the control plane, as an administrator, once its chart has brought its kinds. */
export async function startExternalSecrets(plane: ControlPlane, api: Api): Promise<void> {
  const file = await program('external-secrets');
  const kinds = [
    ['external-secrets.io/v1', 'ClusterSecretStore'],
    ['external-secrets.io/v1', 'ExternalSecret'],
    ['external-secrets.io/v1alpha1', 'PushSecret'],
    ['generators.external-secrets.io/v1alpha1', 'GeneratorState'],
  ] as const;
  await until(
    'the kinds of External Secrets are there',
    () => Promise.all(kinds.map(([apiVersion, kind]) => api.list(apiVersion, kind))),
    { seconds: 600, every: 1_000 },
  );
  const [metrics, live] = await freePorts(2);
  await start(plane.dir, 'external-secrets', {
    file,
    args: [`--metrics-addr=127.0.0.1:${metrics}`, `--live-addr=127.0.0.1:${live}`],
    env: { KUBECONFIG: kubeconfig(plane, 'admin') },
  });
}
