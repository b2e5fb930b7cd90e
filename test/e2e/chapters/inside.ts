import { until } from '../../engine/until.ts';
import { becomes, gone, isTrue } from '../claims.ts';
import { connection } from '../ledger.ts';
import { asSuperuser, inCluster } from '../pods.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { claimRef, namespace } from '../world.ts';
import type { World } from '../world.ts';
import { refusedLogin } from './database.ts';

const manifest = `apiVersion: database.bizmatters.io/v1alpha1
kind: PostgresInstance
metadata:
  name: platform
  namespace: ${namespace}
spec:
  version: "17"
  extensions: [vector, pg_trgm, pg_stat_statements]
  databases:
    - { name: reports, extensions: [tablefunc] }
  roles:
    - { name: reader }
    - { name: loader, access: ReadWrite }
  pooler: { instances: 1 }
`;

/** Extensions, a second database and roles, each by a line of the claim and with a Secret of its own. */
export function inside({ cluster }: World): Chapter {
  const claim = claimRef('PostgresInstance', 'platform');
  const login = async (role: string, key: string) => {
    const name = role === '' ? 'platform' : `platform-${role}`;
    return (await connection(cluster, { name, namespace }))[key] ?? '';
  };
  /** What the role of this Secret gets by its statements; the owner's is the one without a name. */
  const asks = async (role: string, statements: readonly string[], key = 'uri') => {
    const uri = await login(role, key);
    const [row] = await inCluster<{ value: string }[]>(cluster, { do: 'sql', uri, statements });
    return row?.value ?? '';
  };
  const refused = async (role: string, statement: string) => {
    const said = await asks(role, [statement]).then(
      () => 'no word against it',
      (error: unknown) => String(error),
    );
    if (!said.includes('permission denied')) throw new Error(`expected a refusal, got: ${said}`);
  };
  return {
    title: 'A server with more than one database inside',
    steps: [
      step('a claim with extensions, a second database and two roles becomes Ready', async () => {
        await cluster.apply(manifest);
        const live = await becomes(cluster, claim, 'Ready', 900);
        const missing = ['DatabasesReady', 'RolesReady'].filter((type) => !isTrue(live, type));
        if (missing.length > 0) throw new Error(`expected it of ${missing.join(', ')} too`);
      }),
      step('vectors are compared, through the pooler', async () => {
        const made = [
          'create table items (id int, place vector(3))',
          "insert into items values (1, '[1,2,3]'), (2, '[9,9,9]')",
        ];
        await asks('', [...made, 'select 1 as value'], 'pooler-uri');
        const nearest = "select id::text as value from items order by place <-> '[1,2,4]' limit 1";
        const found = await asks('', [nearest], 'pooler-uri');
        if (found !== '1') throw new Error(`expected row 1, got ${found}`);
      }),
      step('statements are counted, whose library was loaded at the start', () =>
        asks('', ['select count(*)::text as value from pg_stat_statements']).then(
          (count) => `${count} statements`,
        ),
      ),
      step(
        'one role reads and cannot write, another writes and makes no table',
        async () => {
          await asks('reader', ['select count(*)::text as value from items']);
          await refused('reader', "insert into items values (3, '[0,0,0]')");
          await refused('reader', 'create table mine (id int)');
          await asks('loader', ["insert into items values (3, '[0,0,0]')", 'select 1 as value']);
          await refused('loader', 'create table mine (id int)');
        },
        () => asSuperuser(cluster, 'platform-1', 'alter role reader superuser'),
      ),
      step('the second database is another, with an owner and a Secret of its own', async () => {
        const who = "select current_user || ' in ' || current_database() as value";
        const made = ['create table sums (id int)', who];
        const found = await asks('reports', made);
        if (found !== 'reports in reports') throw new Error(`expected reports in reports, got ${found}`);
        await refused('reports', 'select 1 from items').catch(async (error: unknown) => {
          // There is no such table where it is.
          if (!String(error).includes('does not exist')) throw error;
        });
      }),
      step('a rotation of one role leaves the others', async () => {
        const before = await Promise.all(
          ['', 'reader', 'loader', 'reports'].map((role) => login(role, 'uri')),
        );
        const roles = [
          { name: 'reader', credentialsRevision: '2' },
          { name: 'loader', access: 'ReadWrite' },
        ];
        await cluster.patch(claim, { spec: { roles } });
        await until(
          'the reader has a new password',
          async () => (await login('reader', 'uri')) !== before[1],
        );
        await until('it works', () => asks('reader', ['select 1 as value']), { seconds: 60, every: 1_000 });
        await refusedLogin(cluster, before[1] ?? '');
        const after = await Promise.all(
          ['', 'reader', 'loader', 'reports'].map((role) => login(role, 'uri')),
        );
        const changed = after.filter((uri, index) => uri !== before[index]);
        if (changed.length !== 1) throw new Error(`expected one new password, got ${changed.length}`);
        for (const role of ['', 'loader', 'reports']) await asks(role, ['select 1 as value']);
      }),
      step(
        'a role that is taken out cannot log in any more, nor the owner of a database that is',
        async () => {
          const uris = await Promise.all(['loader', 'reports'].map((role) => login(role, 'uri')));
          await cluster.patch(claim, {
            spec: { roles: [{ name: 'reader', credentialsRevision: '2' }], databases: [] },
          });
          for (const uri of uris)
            await until('it is locked out', () => lockedOut(uri), { seconds: 60, every: 1_000 });
          const there = "select count(*)::text as value from pg_database where datname = 'reports'";
          if ((await asks('', [there])) !== '1') throw new Error('its database is gone');
        },
      ),
    ],
    async end() {
      await cluster.remove(claim);
      await gone(cluster, claim, 180);
    },
  };

  async function lockedOut(uri: string): Promise<boolean> {
    return inCluster(cluster, { do: 'sql', uri, statements: ['select 1'] }).then(
      () => false,
      (error: unknown) => /not permitted to log in|password authentication failed/.test(String(error)),
    );
  }
}
