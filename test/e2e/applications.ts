import { seen } from '../argocd/applications.ts';
import type { Seen } from '../argocd/applications.ts';
import { until } from '../engine/until.ts';
import type { Kubectl } from './kubectl.ts';

const namespace = 'argocd';

/** Every Application, by what Argo CD says of it. */
export async function applications(cluster: Kubectl): Promise<Seen[]> {
  return (await cluster.list('applications.argoproj.io', { in: namespace })).map(seen);
}

/**
 * Waits until an Application is what Git says, in this commit if one is given, and well. Has Argo CD look at all of them meanwhile: by
 * itself it does so every three minutes, and each wave waits for the one before.
 */
export async function arrives(
  cluster: Kubectl,
  name: string,
  seconds: number,
  commit?: string,
): Promise<void> {
  let last: Seen | undefined;
  const look = ['annotate', '--overwrite', 'applications.argoproj.io', '--all', '-n', namespace];
  await until(
    `Application ${name} is Synced and Healthy`,
    async () => {
      await cluster.run([...look, 'argocd.argoproj.io/refresh=normal']);
      last = seen(await cluster.get({ of: `application/${name}`, in: namespace }));
      return isWell(last) && (commit === undefined || last.revisions.includes(commit));
    },
    { seconds, every: 3_000, describe: () => last },
  );
}

export function isWell({ sync, health, phase }: Seen): boolean {
  return sync === 'Synced' && health === 'Healthy' && phase === 'Succeeded';
}
