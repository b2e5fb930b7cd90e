import { at, number, text } from '../../../functions/composition/read.ts';
import { until } from '../../engine/until.ts';
import { becomes, gone, noneLeft } from '../claims.ts';
import { explained } from '../explained.ts';
import type { Live } from '../kubectl.ts';
import { failOver, primaryOf, Visitors } from '../shop.ts';
import { pushShop } from '../shop-image.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { claimRef, here, namespace, podIdentities } from '../world.ts';
import type { World } from '../world.ts';

/** All that a developer writes, and what is written later. Three instances, so that the database loses no row with its primary. */
function shop(image: string, later = ''): string {
  return `apiVersion: platform.bizmatters.io/v1alpha1
kind: WebApplication
metadata:
  name: shop
  namespace: ${namespace}
spec:
  image: ${image}
  database: { size: micro, version: "17", instances: 3 }
${later}`;
}

const labels = 'app.kubernetes.io/name=shop,app.kubernetes.io/component=web';

/** An application that people visit, while it grows and while its database fails over. */
export function web({ cluster, registry }: World, version: string): Chapter {
  const claim = claimRef('WebApplication', 'shop');
  const database = claimRef('PostgresInstance', 'shop-db');
  const visitors = new Visitors(cluster, { url: 'http://shop-web/' });
  let image = '';
  let pods = {};

  return {
    title: 'Eight lines become a web application',
    steps: [
      step('its image is pushed', async () => {
        image = await pushShop(registry, version);
        return image;
      }),
      step('its claim becomes Ready, with a database of its own', async () => {
        await cluster.apply(shop(image));
        const live = await becomes(cluster, claim, 'Ready', 600);
        return text(at(live, 'status', 'message'));
      }),
      step('it answers through its Service, and has what it was told', async () => {
        await until('a visit is taken', () => visitors.came('first'), { seconds: 120, every: 500 });
        return visitors.verify();
      }),
      step('the more visits, the more Pods: its autoscaler adds one', async () => {
        await cluster.patch(claim, { spec: { scaling: { maxReplicas: 2, cpu: 20 } } });
        let now: Live | undefined;
        let round = 0;
        await until(
          'two Pods answer',
          async () => {
            round += 1;
            await visitors.visit(`many-${round}`, 15);
            now = await cluster.get(here('deployment/shop-web'));
            return number(at(now, 'status', 'availableReplicas')) === 2;
          },
          { seconds: 600, describe: () => now?.['status'] },
        );
        const live = await becomes(cluster, claim, 'Ready', 300);
        return `${text(at(live, 'status', 'message'))} ${visitors.count} visits`;
      }),
      step(
        'what a number in its place comes to, `diff` says before: the autoscaler goes, no Pod does',
        async () => {
          const said = await explained(cluster, shop(image, '  replicas: 2\n'));
          const expected = '- HorizontalPodAutoscaler shop-web (autoscaler) deleted';
          if (!said.includes(expected) || said.includes('⟳'))
            throw new Error(`expected "${expected}" and nothing that restarts, diff said:\n${said}`);
        },
      ),
      step('which is so when the claim says it', async () => {
        pods = await podIdentities(cluster, labels);
        await cluster.patch(claim, { spec: { scaling: null, replicas: 2 } });
        await gone(cluster, here('horizontalpodautoscaler/shop-web'), 120);
        await becomes(cluster, claim, 'Ready', 300);
      }),
      step("its database's primary is killed under its visitors, and it serves them again", async () => {
        const [changed] = await Promise.all([failOver(cluster, database), visitors.visit('meanwhile', 45)]);
        await visitors.served(300);
        return changed;
      }),
      step('without a Pod of it replaced or restarted', async () => {
        const now = await podIdentities(cluster, labels);
        if (JSON.stringify(now) !== JSON.stringify(pods))
          throw new Error(`expected the same Pods, had ${JSON.stringify(pods)}, have ${JSON.stringify(now)}`);
      }),
      step(
        'every visit that it acknowledged is there',
        () => visitors.verify(),
        async () => {
          const statement = "delete from visits where id = 'first'";
          const primary = await primaryOf(cluster, database);
          await cluster.exec(primary, namespace, ['psql', '-qAtd', 'shop-db', '-c', statement]);
        },
      ),
    ],
    async end() {
      await cluster.remove(claim);
      await gone(cluster, claim, 180);
      await noneLeft(
        'the Pods of its database are gone',
        () => cluster.names('pods', namespace, 'cnpg.io/cluster=shop-db'),
        180,
      );
    },
  };
}
