import type { Json } from '../../../functions/composition/contract.ts';
import { at, conditionOf, list, text } from '../../../functions/composition/read.ts';
import { until } from '../../engine/until.ts';
import { publicGateway } from '../../node/parts/gateway.ts';
import { becomes, gone, isTrue, noneLeft } from '../claims.ts';
import type { Live, Ref } from '../kubectl.ts';
import { inCluster } from '../pods.ts';
import { refused, startGuest } from '../reach.ts';
import { failOver, Visitors } from '../shop.ts';
import { pushShop } from '../shop-image.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { claimRef, here, namespace, podIdentities } from '../world.ts';
import type { World } from '../world.ts';

const name = 'storefront';
const hostname = 'shop.example.com';
const url = `http://${publicGateway.name}.${publicGateway.namespace}/`;
const labels = `app.kubernetes.io/name=${name},app.kubernetes.io/component=web`;
const guests = `${namespace}-guests`;
const settings = {
  apiVersion: 'apiextensions.crossplane.io/v1beta1',
  kind: 'EnvironmentConfig',
  metadata: { name: 'zerotouch' },
  data: { gateway: publicGateway },
};

/** Small ones: while Pods are replaced, a node of two cores has to have room for both. */
function application(metadata: object, spec: object): object {
  const apiVersion = 'platform.bizmatters.io/v1alpha1';
  return { apiVersion, kind: 'WebApplication', metadata, spec: { size: 'micro', ...spec } };
}

/** Those who want a hostname that is not theirs, and what the gateway says of it. */
const others = [
  { name: 'thief', in: guests, hostname, says: 'NotAllowedByListeners' },
  { name: 'astray', in: namespace, hostname: 'shop.example.org', says: 'NoMatchingListenerHostname' },
] as const;

/** An application that is visited by its hostname, through a gateway that takes the route of its claim. */
export function gateway({ cluster, registry }: World, version: string): Chapter {
  const claim = claimRef('WebApplication', name);
  const database = claimRef('PostgresInstance', `${name}-db`);
  const visitors = new Visitors(cluster, { url, hostname });
  let image = '';

  /** Takes the gateway out of the policy of a claim that is not looked at meanwhile. */
  async function shutOut(): Promise<() => Promise<void>> {
    const paused = 'crossplane.io/paused';
    await cluster.run(['annotate', claim.of, '-n', namespace, `${paused}=true`]);
    await cluster.patch(here(`networkpolicy/${name}-web`), { spec: { ingress: null } });
    return async () => {
      await cluster.run(['annotate', claim.of, '-n', namespace, `${paused}-`]);
    };
  }

  return {
    title: 'A hostname is served by a gateway',
    steps: [
      step('its image is pushed', async () => {
        image = await pushShop(registry, version);
        return image;
      }),
      step('its claim is Ready once the gateway has accepted its route', async () => {
        const stores = { database: { size: 'micro', version: '17', instances: 3 } };
        await cluster.apply([
          settings,
          application({ name, namespace }, { image, hostname, ingress: [], ...stores }),
        ]);
        await becomes(cluster, claim, 'Ready', 600);
        const route = await cluster.get(here(`httproute/${name}-web`));
        const [parent] = list(at(route, 'status', 'parents'));
        return `${text(at(parent, 'controllerName'))} says ${saidOf(parent)}`;
      }),
      step(
        'it answers to its hostname through the gateway',
        async () => {
          const taken = () => visitors.came('first');
          await until('a visit is taken', taken, { seconds: 60, every: 500 });
          return visitors.verify();
        },
        shutOut,
      ),
      step('and by no other way: its policy lets nobody else in', async () => {
        const [pod] = await cluster.list('pods', { in: namespace, labels });
        const address = `${text(at(pod, 'status', 'podIP'))}:8080`;
        await refused(cluster, 'client', namespace, [address, `${name}-web.${namespace}.svc:80`]);
      }),
      step('to a hostname that nobody claimed the gateway answers itself', async () => {
        const order = { do: 'http', url, hostname: 'nobody.example.com' } as const;
        const { status, body } = await inCluster<{ status: number; body: unknown }>(cluster, order);
        if (status !== 404) throw new Error(`expected 404, got ${status}: ${JSON.stringify(body)}`);
      }),
      step("a hostname that is another's is not taken, and the claim says why", async () => {
        await startGuest(cluster, guests);
        const claims = others.map((each) =>
          application({ name: each.name, namespace: each.in }, { image, hostname: each.hostname }),
        );
        await cluster.apply(claims);
        const words = await Promise.all(others.map(notAccepted));
        await visitors.verify();
        for (const each of others) await gone(cluster, await removed(each), 180);
        return words.join('; ');
      }),
      step('its Pods are replaced under its visitors, and no visit is refused', async () => {
        const before = await podIdentities(cluster, labels);
        const renewed = async () => {
          await cluster.patch(claim, { spec: { env: [{ name: 'RELEASE', value: 'second' }] } });
          return until(
            'its Pods are others',
            async () => {
              const now = Object.entries(await podIdentities(cluster, labels));
              return now.length > 0 && now.every(([pod]) => !(pod in before)) && now;
            },
            { seconds: 180, every: 1_000 },
          );
        };
        const [{ acknowledged, refused: unserved, lastError }] = await Promise.all([
          visitors.visit('release', 45),
          renewed(),
        ]);
        if (unserved > 0) throw new Error(`${unserved} of ${acknowledged.length} visits: ${lastError}`);
        return `${acknowledged.length} visits`;
      }),
      step("its database's primary is killed under its visitors, and it serves them again", async () => {
        const [changed] = await Promise.all([failOver(cluster, database), visitors.visit('meanwhile', 45)]);
        await visitors.served(300);
        return `${changed}; ${await visitors.verify()}`;
      }),
    ],
    async end() {
      await cluster.remove(claim);
      await gone(cluster, claim, 180);
      for (const each of others) await gone(cluster, await removed(each), 180);
      await noneLeft(
        'the Pods of its database are gone',
        () => cluster.names('pods', namespace, `cnpg.io/cluster=${name}-db`),
        180,
      );
      await cluster.remove({ of: 'environmentconfig/zerotouch' });
      await cluster.remove({ of: `namespace/${guests}` });
      await gone(cluster, { of: `namespace/${guests}` }, 180);
    },
  };

  async function removed({ name: of, in: where }: (typeof others)[number]): Promise<Ref> {
    const ref = { of: `webapplication/${of}`, in: where };
    await cluster.remove(ref);
    return ref;
  }

  /** Waits until a claim says that the gateway does not accept its route, and for which reason. */
  async function notAccepted({ name: of, in: where, says }: (typeof others)[number]): Promise<string> {
    let live: Live | undefined;
    return until(
      `${of} is not accepted`,
      async () => {
        live = await cluster.find({ of: `webapplication/${of}`, in: where });
        const message = live && conditionOf(live, 'RouteReady')?.message;
        return message?.includes(says) && !isTrue(live, 'Ready') ? `${of}: ${message}` : undefined;
      },
      { seconds: 120, describe: () => live?.['status'] },
    );
  }
}

function saidOf(parent: Json | undefined): string {
  return list(at(parent, 'conditions'))
    .map((each) => `${text(at(each, 'type'))} ${text(at(each, 'status'))}`)
    .join(', ');
}
