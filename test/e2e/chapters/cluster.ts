import { gone, noneLeft } from '../claims.ts';
import { differences, inventory } from '../inventory.ts';
import { killerNamespace } from '../kill.ts';
import { removePackages } from '../packages.ts';
import { inCluster, startPod } from '../pods.ts';
import { programMap, programPod } from '../programs.ts';
import { lookAtCluster } from '../prerequisites.ts';
import type { Needs } from '../prerequisites.ts';
import { step } from '../story.ts';
import type { Chapter, Step } from '../story.ts';
import { natsUrl, streams } from '../workload.ts';
import { namespace } from '../world.ts';
import type { World } from '../world.ts';

/** What was there before the story; undefined until it is certain that all that comes later is the story's. */
let before: ReadonlySet<string> | undefined;

/** Looks at what the cluster has, and settles in a namespace of its own. */
export function arrival({ cluster }: World, keep: boolean, needs: Needs): Chapter {
  return {
    title: 'The cluster',
    needed: true,
    steps: [
      step(
        'has all that claims need',
        async () => `\n       ${(await lookAtCluster(cluster, needs)).join('\n       ')}\n       `,
      ),
      step('has nothing of ours yet', async () => {
        const there = await inventory(cluster);
        const ours = [...there].filter((name) => /bizmatters|zerotouch/.test(name));
        if (ours.length > 0 && !keep)
          throw new Error(`expected a cluster without our packages, found ${ours.slice(0, 5).join(', ')}`);
        before = there;
        return `${there.size} objects noted`;
      }),
      step(`takes a namespace that enforces the restricted Pod Security Standard`, async () => {
        const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
        await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }]);
      }),
      step('runs our client, from which the rest is seen', async () => {
        // Larger than what `kubectl apply` can note on an object.
        const items = await Promise.all(
          (['client', 'writer', 'model'] as const).map((program) => programMap(program, namespace)),
        );
        await cluster.run(['apply', '--server-side', '--force-conflicts', '-f', '-'], {
          input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
        });
        await startPod(cluster, 'client', [
          programPod({ name: 'client', program: 'client', namespace, args: ['wait'] }),
        ]);
      }),
      step('has a queue without our streams', async () => {
        if (!needs.queue) return 'not asked';
        const found = await inCluster<{ name: string }[]>(cluster, { do: 'streams', servers: natsUrl });
        const ours = found.map(({ name }) => name).filter((name) => streams.some((each) => each === name));
        if (ours.length > 0 && !keep)
          throw new Error(`expected none of ${streams.join(', ')}, found ${ours.join(', ')}`);
      }),
    ],
  };
}

/** Takes everything away, whatever state it is in, and compares with what was noted at the beginning. */
export function departure(world: World, needs: Needs): Chapter {
  const steps = goodbyes(world, needs);
  const leaveAlone = () => Promise.resolve('not ours to touch');
  return {
    title: 'The cluster is as it was',
    always: true,
    steps: steps.map(({ what, run }) => step(what, () => (before ? run() : leaveAlone()))),
  };
}

function goodbyes({ cluster }: World, needs: Needs): readonly Step[] {
  return [
    step('claims, if any are left, are deleted', async () => {
      const printed = await cluster.run(['get', 'zerotouch', '-n', namespace, '-o', 'name']).catch(() => '');
      const claims = printed.split('\n').filter((of) => of !== '');
      for (const of of claims) await cluster.remove({ of, in: namespace });
      for (const of of claims) await gone(cluster, { of, in: namespace }, 180);
      return claims.length > 0 ? claims.join(', ') : '';
    }),
    step('streams, if any are left, are deleted', async () => {
      if (!needs.queue) return;
      const found = await inCluster<{ name: string }[]>(cluster, { do: 'streams', servers: natsUrl });
      const names = found.map(({ name }) => name).filter((name) => streams.some((each) => each === name));
      await inCluster(cluster, { do: 'delete-streams', servers: natsUrl, names });
    }),
    step('packages are removed', () => removePackages(cluster)),
    step('the namespaces are deleted', async () => {
      const all = [namespace, killerNamespace].map((name) => ({ of: `namespace/${name}` }));
      for (const ref of all) await cluster.remove(ref);
      for (const ref of all) await gone(cluster, ref, 180);
    }),
    step('nothing is left, and nothing is missing', async () => {
      const then = before;
      if (!then) return;
      const changes = async () => differences(then, await inventory(cluster));
      await noneLeft('all is as it was', changes, 120);
    }),
  ];
}
