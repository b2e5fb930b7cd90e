import { gone, noneLeft } from '../claims.ts';
import { composedObjects } from '../composed.ts';
import { inCluster } from '../pods.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { natsUrl, stream, streams } from '../workload.ts';
import { claimRef, namespace } from '../world.ts';
import type { World } from '../world.ts';

/** Claims go, a protected one only when it is told to, and with them all that was made for them. */
export function deletion({ cluster }: World): Chapter {
  const database = claimRef('PostgresInstance', 'orders-db');
  return {
    title: 'Claims go, and nothing stays',
    steps: [
      step('a protected database refuses to be deleted, and says how it can be', async () => {
        await cluster.patch(database, { spec: { deletionProtection: true } });
        const said = await cluster.run(['delete', database.of, '-n', namespace, '--wait=false']).then(
          () => 'deleted',
          (error: unknown) => String(error),
        );
        if (!said.includes('kubectl patch postgresinstance orders-db'))
          throw new Error(`expected a way out, got: ${said}`);
        await cluster.patch(database, { spec: { deletionProtection: false } });
      }),
      step('the claims are deleted', async () => {
        const claims = (await cluster.run(['get', 'zerotouch', '-n', namespace, '-o', 'name']))
          .trim()
          .split('\n');
        for (const of of claims) await cluster.remove({ of, in: namespace });
        for (const of of claims) await gone(cluster, { of, in: namespace }, 180);
        return `${claims.length}`;
      }),
      step('nothing that was composed for them is left', async () => {
        await noneLeft('all is gone', () => composedObjects(cluster), 120);
      }),
      step('nor a Pod or a volume of the databases', async () => {
        const left = () => cluster.names('pods,persistentvolumeclaims', namespace, 'cnpg.io/cluster');
        await noneLeft('they are gone', left, 120);
      }),
      step(
        "the queue is kept: jobs are not the claim's to throw away",
        async () => {
          const found = await inCluster<{ name: string }[]>(cluster, { do: 'streams', servers: natsUrl });
          const missing = streams.filter((name) => !found.some((each) => each.name === name));
          if (missing.length > 0)
            throw new Error(`expected the streams to stay, but ${missing.join(', ')} went`);
          await inCluster(cluster, { do: 'delete-streams', servers: natsUrl, names: streams });
        },
        async () => {
          await inCluster(cluster, { do: 'delete-streams', servers: natsUrl, names: [stream] });
        },
      ),
    ],
  };
}
