import { at, text } from '../../../functions/composition/read.ts';
import { until } from '../../engine/until.ts';
import { becomes, gone } from '../claims.ts';
import { asSuperuser, inCluster } from '../pods.ts';
import type { Served } from '../pods/crowd.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { claimRef, namespace, secretValues } from '../world.ts';
import type { World } from '../world.ts';
import { refusedLogin } from './database.ts';

const clients = 500;

const busy = `apiVersion: database.bizmatters.io/v1alpha1
kind: PostgresInstance
metadata:
  name: busy
  namespace: ${namespace}
spec:
  size: small
  version: "17"
  instances: 2
  pooler:
    mode: transaction
    instances: 2
`;

/** More clients than PostgreSQL has connections, every one of which has checked whom it speaks to. */
export function pooler({ cluster }: World): Chapter {
  const claim = claimRef('PostgresInstance', 'busy');
  /** What one client gets that verifies certificate and name. */
  const verified = async (key: string, statement: string) => {
    const values = await secretValues(cluster, 'busy-conn');
    const order = { uri: values[key] ?? '', ca: values['ca.crt'] ?? '', statements: [statement] };
    const [row] = await inCluster<{ value: string }[]>(cluster, { do: 'sql', ...order });
    return row?.value ?? '';
  };
  return {
    title: 'Five hundred clients',
    steps: [
      step('a small database with a pooler becomes Ready, and its Secret has every way to it', async () => {
        await cluster.apply(busy);
        await becomes(cluster, claim, 'Ready', 420);
        const found = await until('the Secret has them', async () => {
          const values = await secretValues(cluster, 'busy-conn');
          const wanted = ['ca.crt', 'pooler-host', 'pooler-uri', 'read-only-host', 'read-only-uri'];
          return wanted.every((key) => values[key]) && wanted;
        });
        return found.join(' ');
      }),
      step('each of them proves who it is', async () => {
        for (const key of ['uri', 'read-only-uri', 'pooler-uri']) await verified(key, 'select 1 as value');
      }),
      step('so it does to psql', async () => {
        const values = await secretValues(cluster, 'busy-conn');
        const verify = 'sslmode=verify-full&sslrootcert=/controller/certificates/server-ca.crt';
        // On standard input, because a URI bears a password.
        const psql = ['sh', '-c', 'read -r uri; exec psql "$uri" -qAtc "select 1"'];
        for (const key of ['uri', 'read-only-uri', 'pooler-uri']) {
          const said = await cluster.exec('busy-1', namespace, psql, `${values[key] ?? ''}?${verify}\n`);
          if (said.trim() !== '1') throw new Error(`expected 1 through ${key}, got ${said}`);
        }
      }),
      step('the standby only reads', async () => {
        const value = await verified('read-only-uri', 'select pg_is_in_recovery()::text as value');
        if (value !== 'true') throw new Error('expected a standby, got the primary');
      }),
      step(
        `${clients} clients are served at once`,
        async () => {
          const values = await secretValues(cluster, 'busy-conn');
          const order = { uri: values['pooler-uri'] ?? '', ca: values['ca.crt'] ?? '', clients };
          const { served, errors, backends } = await inCluster<Served>(cluster, { do: 'crowd', ...order });
          if (served !== clients)
            throw new Error(`${served} of ${clients} were served; the others: ${errors.join('; ')}`);
          return `by ${backends} server processes`;
        },
        () => asSuperuser(cluster, 'busy-1', 'alter role busy connection limit 0'),
      ),
      step('a rotated password works through the pooler, and the old one does not', async () => {
        const old = (await secretValues(cluster, 'busy-conn'))['pooler-uri'] ?? '';
        await cluster.patch(claim, { spec: { credentialsRevision: '2' } });
        await until('the claim says so', async () => {
          const live = await cluster.get(claim);
          return text(at(live, 'status', 'credentialsRevision')) === '2';
        });
        await until('the new one works', () => verified('pooler-uri', 'select 1 as value'), {
          seconds: 60,
          every: 1_000,
        });
        await refusedLogin(cluster, old);
      }),
    ],
    async end() {
      await cluster.remove(claim);
      await gone(cluster, claim, 180);
    },
  };
}
