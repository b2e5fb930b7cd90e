import { setTimeout as sleep } from 'node:timers/promises';
import { becomes, gone } from '../claims.ts';
import { archived, archiveNow, ask, ledgerClaim, ledgerRef } from '../ledger.ts';
import type { Ledger } from '../ledger.ts';
import { namespaceWithStore, platformStore } from '../object-store.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { namespace } from '../world.ts';
import type { World } from '../world.ts';

const backup = { objectStore: platformStore };

/** Less than `archive_timeout`, by which the log is archived after five minutes at the latest: the worst moment for a loss. */
const seconds = 290;

/** A row whose writing was acknowledged. */
interface Row {
  readonly n: number;
  /** When, in milliseconds. */
  readonly at: number;
  /** The segment of the log that it stands in. */
  readonly segment: string;
  /** For how long nothing but its server had it, in milliseconds; undefined where that never ended. */
  alone?: number;
}

/** Everything but the bucket is lost at once, without a warning to anything, and what had not reached the bucket is counted. */
export function loss({ cluster }: World): Chapter {
  const ledger: Ledger = { name: 'ledger', namespace: `${namespace}-lost` };
  const version = '17';
  const folder = `loss-${Date.now()}`;
  const rows: Row[] = [];
  let archive = '';

  return {
    title: 'Everything but the bucket is lost at once',
    steps: [
      step('a database archives', async () => {
        await cluster.apply(namespaceWithStore(ledger.namespace, folder));
        await cluster.apply([ledgerClaim(ledger, { version, backup })]);
        archive = await archived(cluster, ledger);
        await ask(cluster, ledger, 'create table beats (n bigint primary key)');
        await archiveNow(cluster, ledger);
        return archive;
      }),
      step(`a row is written each second, until one is ${seconds} s old and not in the bucket`, async () => {
        for (let n = 1; oldestAlone() < seconds * 1000 || !rows.some(isArchived); n += 1) {
          const next = sleep(1000);
          note(await writeRow(n));
          await next;
        }
        const longest = Math.max(...rows.map(({ alone = 0 }) => alone));
        return `${rows.length} rows; the longest that one was nowhere but on its server: ${inSeconds(longest)}`;
      }),
      step('the volume and every process are gone in the same moment, then the namespace', async () => {
        const lose = 'rm -rf /var/lib/postgresql/data/pgdata; kill -9 -1';
        // Ends with the Pod's own end, which is no fault here.
        await cluster.exec('ledger-1', ledger.namespace, ['sh', '-c', lose]).catch(() => undefined);
        await cluster.remove({ of: `namespace/${ledger.namespace}` });
        await gone(cluster, { of: `namespace/${ledger.namespace}` }, 900);
      }),
      step('it comes back from its archive, as late as that reaches', async () => {
        const began = performance.now();
        await cluster.apply(namespaceWithStore(ledger.namespace, folder));
        const from = { objectStore: platformStore, serverName: archive };
        await cluster.apply([ledgerClaim(ledger, { version, restore: { from } })]);
        await becomes(cluster, ledgerRef(ledger), 'DatabaseReady', 600);
        return inSeconds(performance.now() - began);
      }),
      step(
        'with every row that had reached the bucket, and none missing among them',
        async () => {
          const found = await ask<{ n: string }>(cluster, ledger, 'select n from beats order by n');
          const there = new Set(found.map(({ n }) => Number(n)));
          const last = Math.max(0, ...there);
          const missing = rows.filter((row) => (isArchived(row) || row.n <= last) && !there.has(row.n));
          if (missing.length > 0) throw new Error(`${missing.length} rows that were archived are missing`);
          const lost = rows.filter(({ n }) => n > last);
          const [first] = lost;
          const span = first === undefined ? 0 : (rows.at(-1)?.at ?? 0) - first.at;
          return `lost are the last ${lost.length} of ${rows.length} rows, which is ${inSeconds(span)}`;
        },
        () => ask(cluster, ledger, 'delete from beats where n = 1').then(() => undefined),
      ),
    ],
    async end() {
      await cluster.remove(ledgerRef(ledger));
      await gone(cluster, ledgerRef(ledger), 300);
      await cluster.remove({ of: `namespace/${ledger.namespace}` });
      await gone(cluster, { of: `namespace/${ledger.namespace}` }, 900);
    },
  };

  /** Writes it, and gives where it stands in the log and up to where the log is archived. */
  async function writeRow(n: number) {
    const [said] = await ask<{ segment: string; archived: string | null }>(
      cluster,
      ledger,
      `insert into beats values (${n})`,
      'select pg_walfile_name(pg_current_wal_lsn()) as segment, last_archived_wal as archived from pg_stat_archiver',
    );
    return { n, segment: said?.segment ?? '', archived: said?.archived ?? '' };
  }

  /** How long the oldest row that nothing but its server has has been there, in milliseconds. */
  function oldestAlone(): number {
    const oldest = rows.find((row) => !isArchived(row));
    return oldest === undefined ? 0 : performance.now() - oldest.at;
  }

  function note({ n, segment, archived }: Awaited<ReturnType<typeof writeRow>>): void {
    const at = performance.now();
    for (const row of rows) if (!isArchived(row) && row.segment <= archived) row.alone = at - row.at;
    rows.push({ n, at, segment });
  }
}

function isArchived({ alone }: Row): boolean {
  return alone !== undefined;
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(0)} s`;
}
