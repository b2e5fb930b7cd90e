import { at, text } from '../../../functions/composition/read.ts';
import { until } from '../../engine/until.ts';
import { becomes } from '../claims.ts';
import { asSuperuser, inCluster } from '../pods.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { claimRef, here, namespace, secretValues } from '../world.ts';
import type { World } from '../world.ts';

/** All that a developer writes. PostgreSQL 17, because a cluster without public images may have just that one. */
const ordersDb = `apiVersion: database.bizmatters.io/v1alpha1
kind: PostgresInstance
metadata:
  name: orders-db
  namespace: ${namespace}
spec:
  size: micro
  version: "17"
`;

const keys =
  'POSTGRES_DB POSTGRES_HOST POSTGRES_PASSWORD POSTGRES_PORT POSTGRES_USER ' +
  'database endpoint jdbc-uri password port uri username';

/** A claim of eight lines becomes a PostgreSQL that takes the password of its Secret. */
export function database({ cluster }: World): Chapter {
  const claim = claimRef('PostgresInstance', 'orders-db');
  return {
    title: 'Eight lines become a database',
    steps: [
      step('the claim is taken, and its Secret is there before the database', async () => {
        await cluster.apply(ordersDb);
        const values = await until(
          'Secret orders-db-conn is there',
          async () => {
            const found = await secretValues(cluster, 'orders-db-conn');
            return Object.keys(found).length > 0 && found;
          },
          { seconds: 30, every: 200 },
        );
        // The authority follows once CloudNativePG has made one.
        const found = Object.keys(values)
          .filter((key) => key !== 'ca.crt')
          .toSorted()
          .join(' ');
        if (found !== keys) throw new Error(`cannot use orders-db-conn: it has the keys ${found}`);
      }),
      step('it becomes Ready', async () => {
        const live = await becomes(cluster, claim, 'Ready', 300);
        return text(at(live, 'status', 'message'));
      }),
      step('kubectl get shows what a person needs next', async () => {
        const table = await cluster.run(['get', 'zerotouch', '-n', namespace]);
        const row = table
          .split('\n')
          .find((line) => line.startsWith('postgresinstance') || line.startsWith('orders-db '));
        if (!row || !/Ready.*orders-db-conn.*True.*True/.test(row))
          throw new Error(`cannot find it in:\n${table}`);
      }),
      step(
        'a login through orders-db-rw works with the password of the Secret',
        async () => {
          const { uri = '' } = await secretValues(cluster, 'orders-db-conn');
          const statements = [
            "select current_user || ' on PostgreSQL ' || current_setting('server_version') as who",
          ];
          // Nodes learn where a Service leads a moment after the server behind it is ready.
          return until(
            'a login works',
            async () => {
              const [row] = await inCluster<{ who: string }[]>(cluster, { do: 'sql', uri, statements });
              return row?.who;
            },
            { seconds: 15, every: 500 },
          );
        },
        () => asSuperuser(cluster, 'orders-db-1', `alter role "orders-db" password 'another'`),
      ),
      step('and with no other', async () => {
        const { uri = '', password = '' } = await secretValues(cluster, 'orders-db-conn');
        await refusedLogin(cluster, uri.replace(password, 'wrong'));
      }),
      step('its Pod passes the restricted Pod Security Standard', async () => {
        await cluster.get(here('pod/orders-db-1')); // admitted to a namespace that enforces it
      }),
    ],
  };
}

/** PostgreSQL's words for a wrong password, and PgBouncer's. */
const wrongPassword = ['password authentication failed', 'SASL authentication failed'];

/** Makes sure that the server refuses this login, and for no other reason than the password. */
export async function refusedLogin(cluster: World['cluster'], uri: string): Promise<void> {
  const said = await inCluster(cluster, { do: 'sql', uri, statements: ['select 1'] }).then(
    () => 'welcome',
    (error: unknown) => String(error),
  );
  if (!wrongPassword.some((words) => said.includes(words)))
    throw new Error(`expected a refused login, got: ${said}`);
}
