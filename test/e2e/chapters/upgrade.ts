import { join } from 'node:path';
import { kinds } from '../../../functions/kinds/registry.ts';
import { folderOf } from '../../../generate/xrds.ts';
import { root } from '../../engine/install.ts';
import { until } from '../../engine/until.ts';
import { isTrue } from '../claims.ts';
import { withNextCheckout } from '../next-checkout.ts';
import { install, publish } from '../packages.ts';
import type { Versions } from '../packages.ts';
import { run } from '../shell.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { namespace, podIdentities, secretValues } from '../world.ts';
import type { World } from '../world.ts';

/** What all Pods of claims have in common: they are managed by us, or by an operator for us. */
const database = 'cnpg.io/cluster';
const workers = 'app.kubernetes.io/managed-by=zerotouch';

/** A next version of both packages under running claims, and back. */
export function upgrade({ cluster, registry }: World, versions: Versions): Chapter {
  const before = { pods: {}, secrets: '' };
  const state = async () => ({
    pods: { ...(await podIdentities(cluster, database)), ...(await podIdentities(cluster, workers)) },
    secrets: JSON.stringify(await secretValues(cluster, 'orders-db-conn')),
  });
  const unchanged = async () => {
    const now = await state();
    const changed = JSON.stringify(now.pods) !== JSON.stringify(before.pods);
    if (changed)
      throw new Error(
        `expected no Pod to restart, had ${JSON.stringify(before.pods)}, have ${JSON.stringify(now.pods)}`,
      );
    if (now.secrets !== before.secrets) throw new Error('orders-db-conn has changed');
  };
  return {
    title: 'A next version, and back',
    steps: [
      step('the next version has a longer schema, and composes the same of our claims', async () => {
        Object.assign(before, await state());
        await withNextCheckout(async (checkout) => {
          for (const { kind } of kinds) {
            const render = ['run', '--silent', 'render', '--', '--inputs', examplesOf(kind)];
            const [now, then] = await Promise.all([root, checkout].map((cwd) => run('npm', render, { cwd })));
            if (now !== then)
              throw new Error(
                `expected the same of each ${kind}, which the next version renders differently`,
              );
          }
          await publish(registry, versions.next, checkout);
        });
        return `${Object.keys(before.pods).length} Pods of claims run`;
      }),
      step('it is applied: both packages become healthy, and claims follow', async () => {
        await install(cluster, registry, versions.next);
        await claimsFollow(cluster, 'next');
      }),
      step('no Pod of a claim restarted, and no password changed', unchanged),
      step('the first version is applied again: the schema goes back, and claims follow', async () => {
        await install(cluster, registry, versions.first);
        await claimsFollow(cluster, 'first');
      }),
      step('no Pod of a claim restarted, and no password changed, again', unchanged, async () => {
        const [pod = ''] = await cluster.names('pods', namespace, workers);
        await cluster.run(['delete', pod, '-n', namespace]);
      }),
    ],
  };
}

function examplesOf(kind: string): string {
  return join(root, 'examples', folderOf(kind));
}

/** Waits until the schema is the version's and every claim has been composed under it. */
async function claimsFollow(cluster: World['cluster'], version: keyof Versions): Promise<void> {
  const field = 'postgresinstances.status.next';
  await until(
    `the schema is that of the ${version} version`,
    async () => {
      const known = await cluster.run(['explain', field]).then(
        () => true,
        () => false,
      );
      return known === (version === 'next');
    },
    { seconds: 90, every: 1_000 },
  );
  await until(
    'every claim is Synced and Ready',
    async () => {
      const claims = await cluster.list('zerotouch', { in: namespace });
      return claims.length > 0 && claims.every((claim) => isTrue(claim, 'Synced') && isTrue(claim, 'Ready'));
    },
    { seconds: 120, every: 1_000 },
  );
}
