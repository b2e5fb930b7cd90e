import { at, text } from '../../../functions/composition/read.ts';
import { until } from '../../engine/until.ts';
import { becomes, gone } from '../claims.ts';
import { pageOf, reached, refused, startGuest } from '../reach.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { claimRef, namespace, podIdentities } from '../world.ts';
import type { World } from '../world.ts';

const name = 'guarded';
const labels = `cnpg.io/cluster=${name}`;
const guests = `${namespace}-guests`;

/** Who may connect to a database, where something enforces the policy of its claim. */
export function access({ cluster }: World): Chapter {
  const claim = claimRef('PostgresInstance', name);
  const database = [`${name}-rw.${namespace}.svc:5432`];
  const instances = async () => Object.values(await podIdentities(cluster, labels)).join();
  const instance = async (port: number) => {
    const [pod] = await cluster.list('pods', { in: namespace, labels });
    return `${text(at(pod, 'status', 'podIP'))}:${port}`;
  };
  const letsIn = async (what: string, addresses: readonly string[]) =>
    until(what, () => reached(cluster, 'client', guests, addresses).then(() => true), { seconds: 60 });
  const keepsOut = async (what: string, addresses: readonly string[]) =>
    until(what, () => refused(cluster, 'client', guests, addresses).then(() => true), { seconds: 60 });
  return {
    title: 'A database lets in whom its claim names',
    steps: [
      step('a claim that names nobody becomes Ready, so that CloudNativePG gets in', async () => {
        await cluster.apply([postgres()]);
        await startGuest(cluster, guests);
        await becomes(cluster, claim, 'Ready', 420);
      }),
      step('its own namespace connects', () => reached(cluster, 'client', namespace, database)),
      step(
        'another does not, nor to the port by which CloudNativePG looks after it',
        async () => {
          await keepsOut('the guest is kept out', [...database, await instance(5432), await instance(8000)]);
        },
        () => cluster.patch(claim, { spec: { access: null } }),
      ),
      step('though it is monitored, and any namespace may scrape it', async () => {
        const metrics = [await instance(9187)];
        await letsIn('the metrics are reached', metrics);
        const page = await pageOf(cluster, 'client', guests, `http://${metrics[0]}/metrics`);
        if (!page.includes('cnpg_collector_up')) throw new Error(`expected metrics, got ${page}`);
      }),
      step('once its claim names that namespace, it does', async () => {
        await cluster.patch(claim, { spec: { access: { from: [{ namespace: guests }] } } });
        await letsIn('the guest is let in', database);
      }),
      step('only Pods with the labels that are named, where labels are', async () => {
        const from = [{ namespace: guests, pods: { app: 'nightly' } }];
        await cluster.patch(claim, { spec: { access: { from } } });
        await keepsOut('the guest is kept out', database);
        await cluster.run(['label', '--overwrite', 'pod', 'client', '-n', guests, 'app=nightly']);
        await letsIn('the guest is let in', database);
      }),
      step('its instance is replaced behind the policy, and the claim is Ready again', async () => {
        const before = await instances();
        await cluster.run(['delete', 'pod', `${name}-1`, '-n', namespace]);
        await until('there is another Pod', async () => (await instances()) !== before, { seconds: 120 });
        await becomes(cluster, claim, 'Ready', 300);
        const connects = () => reached(cluster, 'client', namespace, database).then(() => true);
        await until('its namespace connects', connects, { seconds: 120, every: 1_000 });
      }),
    ],
    async end() {
      await cluster.remove(claim);
      await gone(cluster, claim, 180);
      await cluster.remove({ of: `namespace/${guests}` });
      await gone(cluster, { of: `namespace/${guests}` }, 180);
    },
  };
}

function postgres(): object {
  return {
    apiVersion: 'database.bizmatters.io/v1alpha1',
    kind: 'PostgresInstance',
    metadata: { name, namespace },
    spec: { size: 'micro', version: '17', monitoring: true, access: {} },
  };
}
