import { at, text } from '../../../functions/composition/read.ts';
import { until } from '../../engine/until.ts';
import { becomes, noneLeft } from '../claims.ts';
import { asSuperuser, inCluster } from '../pods.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { workers } from '../workload.ts';
import { claimRef, podIdentities, secretValues } from '../world.ts';
import type { World } from '../world.ts';
import { writer } from '../writer.ts';
import { refusedLogin } from './database.ts';

/** New passwords for a database in use, and for a cache. */
export function rotation({ cluster }: World): Chapter {
  const database = claimRef('PostgresInstance', 'orders-db');
  const cache = claimRef('DragonflyInstance', 'agent-executor-cache');
  const application = writer(cluster, 'orders-db');
  let before = '';
  let workersBefore: readonly string[] = [];
  return {
    title: 'Passwords change under load',
    steps: [
      step('an application writes to orders-db, reconnecting every few seconds', async () => {
        await application.start();
        await application.writes(100, 60);
      }),
      step('credentialsRevision changes, and the new password is in the Secret', async () => {
        before = (await secretValues(cluster, 'orders-db-conn'))['uri'] ?? '';
        await rotate(cluster, database);
        const { uri } = await secretValues(cluster, 'orders-db-conn');
        if (uri === before)
          throw new Error('the claim says that the revision is in use, but its password has not changed');
      }),
      step(
        'the role takes the new password, and no longer the old one',
        async () => {
          const { uri = '' } = await secretValues(cluster, 'orders-db-conn');
          const login = () => inCluster(cluster, { do: 'sql', uri, statements: ['select 1'] });
          await until('a login with the new password works', login, { seconds: 60, every: 200 });
          await refusedLogin(cluster, before);
        },
        async () => {
          const { uri = '', password = '', username = '' } = await secretValues(cluster, 'orders-db-conn');
          const login = () => inCluster(cluster, { do: 'sql', uri, statements: ['select 1'] });
          // Until then the operator would still write over it.
          await until('the role has the new password', login, { seconds: 60, every: 200 });
          const change = (to: string) =>
            asSuperuser(cluster, 'orders-db-1', `alter role "${username}" password '${to}'`);
          await change('behind its back');
          return () => change(password);
        },
      ),
      step('the application recovers as soon as it reads the new Secret', async () => {
        const { refusedLogins, longestGapMs } = await application.writesAnew(100, 240, 7_000);
        return `${refusedLogins} refused logins, longest pause ${(longestGapMs / 1000).toFixed(1)} s`;
      }),
      step('every row that was acknowledged is there', () => application.verify()),
      step('a cache takes a new password, and no longer the old one', async () => {
        const old = (await secretValues(cluster, 'agent-executor-cache-conn'))['uri'] ?? '';
        workersBefore = Object.keys(await podIdentities(cluster, workers));
        await rotate(cluster, cache);
        const { uri = '' } = await secretValues(cluster, 'agent-executor-cache-conn');
        const ping = () => inCluster<string>(cluster, { do: 'cache', uri, commands: [['PING']] });
        await until('a login with the new password works', ping, { seconds: 120, every: 500 });
        await becomes(cluster, cache, 'Ready', 120);
        const said = await inCluster<string>(cluster, { do: 'cache', uri: old, commands: [['PING']] }).catch(
          String,
        );
        if (!said.includes('WRONGPASS'))
          throw new Error(`expected the old password to be refused, got: ${said}`);
      }),
      step('its workers, which read a password once, are replaced', async () => {
        const left = async () => {
          const pods = Object.keys(await podIdentities(cluster, workers));
          return pods.filter((name) => workersBefore.includes(name));
        };
        await noneLeft('the workers with the old password are gone', left, 180);
        await becomes(cluster, claimRef('AgentExecutor', 'agent-executor'), 'Ready', 120);
      }),
    ],
    end: () => application.end(),
  };
}

/** Asks for another revision, and waits until the claim says that its password is the one in use. */
async function rotate(cluster: World['cluster'], claim: ReturnType<typeof claimRef>): Promise<void> {
  const current = text(at(await cluster.get(claim), 'spec', 'credentialsRevision'));
  const credentialsRevision = `${current}-next`;
  await cluster.patch(claim, { spec: { credentialsRevision } });
  await until(
    `${claim.of} is at revision ${credentialsRevision}`,
    async () => at(await cluster.get(claim), 'status', 'credentialsRevision') === credentialsRevision,
    { seconds: 60, every: 300 },
  );
}
