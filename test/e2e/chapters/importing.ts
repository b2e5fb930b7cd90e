import { conditionOf } from '../../../functions/composition/read.ts';
import { until } from '../../engine/until.ts';
import { becomes, gone } from '../claims.ts';
import { ask, ledgerClaim, ledgerRef } from '../ledger.ts';
import type { Ledger } from '../ledger.ts';
import { foreignServer } from '../foreign-server.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { here, namespace } from '../world.ts';
import type { World } from '../world.ts';

/** What an application of years leaves: rows, a sequence, a view, a function, an extension, and an owner of its own. */
const content = `
  create role legacy login password 'legacy-password';
  create database shop owner legacy;
  \\connect shop
  create extension pg_trgm;
  set role legacy;
  create table orders (id serial primary key, customer text not null, placed timestamptz not null default now());
  create index on orders using gin (customer gin_trgm_ops);
  insert into orders (customer) select 'customer ' || n from generate_series(1, 5000) as n;
  create view latest as select * from orders where id > 4990;
  create function customers() returns bigint language sql as 'select count(distinct customer) from orders';
`;

/** What has to be there afterwards, as the new owner sees it. */
const kept = `select
  (select count(*) from orders) as rows,
  (select count(*) from latest) as latest,
  customers() as customers,
  nextval('orders_id_seq') as next,
  (select string_agg(distinct tableowner, ' ') from pg_tables where schemaname = 'public') as owner,
  (select count(*) from orders where customer % 'customer 4999') > 0 as similar`;

/** A database moves in from a server that nobody of ours made. */
export function importing({ cluster }: World): Chapter {
  const server = foreignServer(cluster);
  const moved: Ledger = { name: 'moved', namespace };
  const login = (password: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'old-server', namespace },
    stringData: {
      host: server.host,
      user: 'legacy',
      password,
      dbname: 'shop',
      'ca.crt': server.authority,
    },
  });
  return {
    title: 'A database moves in from a server of before',
    steps: [
      step(
        'there is a PostgreSQL that nobody of ours made, with TLS and an authority of its own',
        async () => {
          await server.start();
          await server.psql(content);
        },
      ),
      step('with a wrong password the claim says what fails, and where to read more', async () => {
        await cluster.apply([login('wrong')]);
        const claim = { version: '17', import: { secret: 'old-server' } };
        await cluster.apply([ledgerClaim(moved, claim)]);
        return until(
          'the claim says so',
          async () => {
            const live = await cluster.find(ledgerRef(moved));
            const condition = live && conditionOf(live, 'Imported');
            return condition?.reason === 'FillingFails' && condition.message;
          },
          { seconds: 180, every: 1_000 },
        );
      }),
      step('once the Secret is right it goes on by itself', async () => {
        await cluster.apply([login('legacy-password')]);
        await becomes(cluster, ledgerRef(moved), 'DatabaseReady', 420);
      }),
      step(
        'everything is there, and belongs to the owner of the new database',
        async () => {
          const [found] = await ask<object>(cluster, moved, kept);
          const said = JSON.stringify(found);
          const wanted = { rows: '5000', latest: '10', customers: '5000', next: '5001' };
          const expected = JSON.stringify({ ...wanted, owner: 'moved', similar: true });
          if (said !== expected) throw new Error(`expected ${expected}, got ${said}`);
          return said;
        },
        async () => {
          await cluster.exec('moved-1', namespace, ['psql', '-qd', 'moved', '-c', 'delete from orders']);
        },
      ),
    ],
    async end() {
      await cluster.remove(ledgerRef(moved));
      await gone(cluster, ledgerRef(moved), 300);
      await cluster.remove(here('secret/old-server'));
      await server.end();
    },
  };
}
