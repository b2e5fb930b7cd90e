import { at, text } from '../../../functions/composition/read.ts';
import { until } from '../../engine/until.ts';
import { becomes, gone, noneLeft } from '../claims.ts';
import { killPod } from '../kill.ts';
import type { Live } from '../kubectl.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { listen } from '../watch.ts';
import { claimRef, namespace, secretValues } from '../world.ts';
import type { World } from '../world.ts';
import { writer } from '../writer.ts';

const ledger = `apiVersion: database.bizmatters.io/v1alpha1
kind: PostgresInstance
metadata:
  name: ledger
  namespace: ${namespace}
spec:
  size: micro
  version: "17"
  instances: 3
`;

/** Three instances, and the primary killed while an application writes. */
export function failover({ cluster }: World): Chapter {
  const claim = claimRef('PostgresInstance', 'ledger');
  const application = writer(cluster, 'ledger');
  let primary = '';
  let secret: Record<string, string> = {};
  return {
    title: 'A primary dies',
    steps: [
      step('a claim of three instances becomes Ready', async () => {
        await cluster.apply(ledger);
        const live = await becomes(cluster, claim, 'Ready', 600);
        primary = text(at(live, 'status', 'primary'));
        secret = await secretValues(cluster, 'ledger-conn');
        return text(at(live, 'status', 'message'));
      }),
      step('an application writes to it', async () => {
        await application.start();
        const { acknowledged } = await application.writes(200, 60);
        return `${acknowledged} rows`;
      }),
      step(
        'its primary is killed with SIGKILL, and the claim is Degraded, then Ready with another',
        async () => {
          const claimSays = listen(cluster, claim);
          let live: Live;
          try {
            await killPod(cluster, primary);
            await until('the claim is Degraded', () => Promise.resolve(claimSays.heard.some(isDegraded)), {
              seconds: 60,
              describe: () => claimSays.heard,
            });
            live = await becomes(cluster, claim, 'Ready', 300);
          } finally {
            await claimSays.stop();
          }
          const next = text(at(live, 'status', 'primary'));
          if (next === primary) throw new Error(`expected another primary, got ${primary} again`);
          return `${primary} to ${next}; the claim said ${claimSays.heard.join(' → ')}`;
        },
      ),
      step('the application goes on by itself', async () => {
        const { longestGapMs, failed } = await application.writes(200, 120);
        return `longest pause ${(longestGapMs / 1000).toFixed(1)} s, ${failed} errors`;
      }),
      step(
        'every row that was acknowledged is there',
        () => application.verify(),
        async () => {
          const now = text(at(await cluster.get(claim), 'status', 'primary'));
          const statement = 'delete from kept where n = (select min(n) from kept)';
          await cluster.exec(now, namespace, ['psql', '-qAtd', 'ledger', '-c', statement]);
        },
      ),
      step('ledger-conn is as it was', async () => {
        const now = await secretValues(cluster, 'ledger-conn');
        if (JSON.stringify(now) !== JSON.stringify(secret)) throw new Error('ledger-conn has changed');
      }),
    ],
    async end() {
      await application.end();
      await cluster.remove(claim);
      await gone(cluster, claim, 120);
      await noneLeft(
        'the Pods of ledger are gone',
        () => cluster.names('pods', namespace, 'cnpg.io/cluster=ledger'),
        120,
      );
    },
  };
}

function isDegraded(said: string): boolean {
  return said.startsWith('Degraded');
}
