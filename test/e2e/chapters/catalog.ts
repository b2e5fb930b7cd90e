import type { Json, JsonObject } from '../../../functions/composition/contract.ts';
import { at, list, text } from '../../../functions/composition/read.ts';
import { until } from '../../engine/until.ts';
import { postgres16, postgres16Before } from '../../node/images/postgres.ts';
import { becomes, gone, noneLeft } from '../claims.ts';
import { differenceInCluster } from '../difference.ts';
import type { Live } from '../kubectl.ts';
import { pushImage } from '../push-image.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { claimRef, here, namespace, podIdentities } from '../world.ts';
import type { World } from '../world.ts';
import { writer } from '../writer.ts';

const name = 'minor';
const selector = `cnpg.io/cluster=${name},cnpg.io/podRole=instance`;
const claim = `apiVersion: database.bizmatters.io/v1alpha1
kind: PostgresInstance
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  size: micro
  version: "16"
  instances: 2
`;
const settings = {
  apiVersion: 'apiextensions.crossplane.io/v1beta1',
  kind: 'EnvironmentConfig',
  metadata: { name: 'zerotouch' },
  data: { postgresImageCatalog: name },
};

function catalogOf(image: string): JsonObject {
  return {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'ClusterImageCatalog',
    metadata: { name },
    spec: { images: [{ major: 16, image }] },
  };
}

/** A catalog gets another minor version while an application writes, and what restarts is what `diff` said. */
export function catalog({ cluster, registry }: World): Chapter {
  const instance = claimRef('PostgresInstance', name);
  const database = here(`cluster.postgresql.cnpg.io/${name}`);
  const application = writer(cluster, name);
  const images = { before: '', after: '' };
  let primary = '';

  return {
    title: 'A minor upgrade by another catalog',
    steps: [
      step('two minor versions are in the registry, each known by its digest', async () => {
        images.before = await pushImage(registry, postgres16Before, 'postgresql:16-before');
        images.after = await pushImage(registry, postgres16, 'postgresql:16-after');
      }),
      step('with a catalog of the first a claim of two instances becomes Ready on it', async () => {
        await cluster.apply([settings, catalogOf(images.before)]);
        await cluster.apply(claim);
        await becomes(cluster, instance, 'Ready', 600);
        return running(images.before);
      }),
      step('an application writes to it', async () => {
        await application.start();
        const { acknowledged } = await application.writes(200, 120);
        return `${acknowledged} rows`;
      }),
      step('diff says which instances the second restarts, in which order, and why', async () => {
        primary = text(at(await cluster.get(database), 'status', 'currentPrimary'));
        const [field, ...more] = changesIn(await differenceInCluster(cluster, catalogOf(images.after)));
        const [effect] = list(at(field, 'effects')).map((each) => text(at(each, 'text')));
        const expected = `restarts its 2 instances, standbys first, then the primary ${primary}: `;
        const isRight = at(field, 'after') === images.after && effect?.startsWith(expected);
        if (more.length > 0 || !isRight)
          throw new Error(`expected ${images.after}, got ${JSON.stringify([field, ...more])}`);
        return effect;
      }),
      step(
        'with the second in its place they do',
        async () => {
          const order = await restarted(() => cluster.apply([catalogOf(images.after)]));
          if (order.length !== 2 || order[1] !== primary)
            throw new Error(`expected both, ${primary} last, got ${order.join(', ')}`);
          await becomes(cluster, instance, 'Ready', 300);
          return `${order.join(', then ')}; ${await running(images.after)}`;
        },
        switchOver,
      ),
      step('every row that was acknowledged meanwhile is there', async () => {
        const { longestGapMs } = await application.writes(200, 180);
        return `${await application.verify()}; longest pause ${(longestGapMs / 1000).toFixed(1)} s`;
      }),
      step('diff has no more to say', async () => {
        const changes = changesIn(await differenceInCluster(cluster, catalogOf(images.after)));
        if (changes.length > 0) throw new Error(`got ${JSON.stringify(changes)}`);
      }),
    ],
    async end() {
      await application.end();
      await cluster.remove(instance);
      await gone(cluster, instance, 180);
      await noneLeft('its Pods are gone', () => cluster.names('pods', namespace, selector), 120);
      await cluster.remove({ of: 'environmentconfig/zerotouch' });
      await cluster.remove({ of: `clusterimagecatalog/${name}` });
    },
  };

  /** The version that each instance says it is, once all of them run this image and no other. */
  async function running(image: string): Promise<string> {
    const pods = await cluster.list('pods', { in: namespace, labels: selector });
    const others = pods.filter((pod) => !imagesOf(pod).includes(image));
    if (pods.length !== 2 || others.length > 0)
      throw new Error(`expected 2 Pods of ${image}, got ${pods.map(imagesOf).join(', ')}`);
    const said = pods.map(async (pod) => {
      const of = text(at(pod, 'metadata', 'name'));
      const version = await cluster.exec(of, namespace, ['psql', '-qAtc', 'show server_version']);
      return `${of} is ${version.trim()}`;
    });
    return (await Promise.all(said)).join(', ');
  }

  /** Which Pods are others after the work than before, in the order in which they came to be. */
  async function restarted(work: () => Promise<void>): Promise<readonly string[]> {
    const before = await podIdentities(cluster, selector);
    const order: string[] = [];
    await work();
    await until(
      'all instances are others',
      async () => {
        const now = await podIdentities(cluster, selector);
        for (const [pod, identity] of Object.entries(now))
          if (identity !== before[pod] && !order.includes(pod)) order.push(pod);
        return order.length === Object.keys(before).length;
      },
      { seconds: 420, every: 500, describe: () => order },
    );
    return order;
  }

  /** Makes a standby of the primary that `diff` named, as `kubectl cnpg promote` does. */
  async function switchOver(): Promise<void> {
    const targetPrimary = (await cluster.names('pods', namespace, selector)).find((pod) => pod !== primary);
    const targetPrimaryTimestamp = new Date().toISOString();
    const status = { targetPrimary, targetPrimaryTimestamp, phase: 'Switchover in progress' };
    const patch = ['patch', database.of, '-n', namespace, '--subresource', 'status', '--type', 'merge'];
    await cluster.run([...patch, '-p', JSON.stringify({ status })]);
    const isPrimary = async () =>
      at(await cluster.get(database), 'status', 'currentPrimary') === targetPrimary;
    await until('the other is the primary', isPrimary, { seconds: 180, every: 1_000 });
    await becomes(cluster, database, 'Ready', 180);
  }
}

function imagesOf(pod: Live): readonly string[] {
  return list(at(pod, 'spec', 'containers')).map((container) => text(at(container, 'image')));
}

/** The fields of all objects that change. */
function changesIn(difference: Json): readonly Json[] {
  return list(at(difference, 'claims'))
    .flatMap((each) => list(at(each, 'objects')))
    .flatMap((each) => list(at(each, 'fields')));
}
