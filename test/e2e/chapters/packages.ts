import { at, list, object, text } from '../../../functions/composition/read.ts';
import { kinds } from '../../../functions/kinds/registry.ts';
import { names } from '../../../package/release.ts';
import { until } from '../../engine/until.ts';
import { isTrue } from '../claims.ts';
import type { Kubectl } from '../kubectl.ts';
import { install, publish } from '../packages.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import type { World } from '../world.ts';

const labels = 'pkg.crossplane.io/function=bizmatters-function-zerotouch';

/** One Pod of the Function is too few, and Crossplane is kept from mending it. */
async function losesPod(cluster: Kubectl): Promise<() => Promise<void>> {
  const paused = 'crossplane.io/paused';
  const deployments = await cluster.names('deployments', 'crossplane-system');
  const ours = deployments.filter((name) => name.includes('function-zerotouch'));
  const scale = (count: number) =>
    cluster.run(['scale', ...ours, '-n', 'crossplane-system', `--replicas=${count}`]);
  await cluster.run(['annotate', 'functionrevisions', '--all', `${paused}=true`]);
  await scale(1);
  // One that ends is Ready for a moment still.
  const left = async () => (await cluster.list('pods', { in: 'crossplane-system', labels })).length === 1;
  await until('one Pod is left', left, { seconds: 60, every: 500 });
  return async () => {
    await scale(2);
    await cluster.run(['annotate', 'functionrevisions', '--all', `${paused}-`]);
  };
}

/** Both packages and the worker's image: built, pushed, and installed as a platform engineer would. */
export function installation({ cluster, registry }: World, version: string): Chapter {
  return {
    title: 'The packages',
    needed: true,
    steps: [
      step(`are built and pushed to ${registry.push}`, () => publish(registry, version).then(() => version)),
      step('are installed with kubectl apply -k package/install', () => install(cluster, registry, version)),
      step(
        'bring a Function whose Pods run from our image, pulled from there',
        async () => {
          const pods = await until(
            'two Pods of the Function are ready',
            async () => {
              const found = await cluster.list('pods', { in: 'crossplane-system', labels });
              return found.filter((pod) => isTrue(pod, 'Ready')).length === 2 && found;
            },
            { seconds: 60, every: 500 },
          );
          const images = pods.flatMap((pod) =>
            list(at(pod, 'spec', 'containers')).map((container) => text(object(container)['image'])),
          );
          const wanted = `${registry.pull}/${names.function}:${version}`;
          if (!images.every((image) => image === wanted))
            throw new Error(`expected ${wanted}, got ${images.join(', ')}`);
        },
        () => losesPod(cluster),
      ),
      step('bring every kind', async () => {
        await until(
          'kubectl knows every kind',
          async () => {
            const known = await cluster.run(['api-resources', '--categories', 'zerotouch', '-o', 'name']);
            return known.trim().split('\n').length === kinds.length;
          },
          { seconds: 60, every: 500 },
        );
      }),
    ],
  };
}
