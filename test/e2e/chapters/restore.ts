import { conditionOf, at, text } from '../../../functions/composition/read.ts';
import { until } from '../../engine/until.ts';
import { becomes, gone } from '../claims.ts';
import { archived, archiveNow, connection, holds, ledgerClaim, ledgerRef, write } from '../ledger.ts';
import type { Ledger } from '../ledger.ts';
import { namespaceWithStore, platformStore } from '../object-store.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { namespace } from '../world.ts';
import type { World } from '../world.ts';

const backup = { objectStore: platformStore };

/** Databases that are lost, go back to a moment, are cloned and move to the next major version, all in one bucket. */
export function restore({ cluster }: World): Chapter {
  const [here, there] = [`${namespace}-here`, `${namespace}-there`];
  const folder = `story-${Date.now()}`;
  const [lost, kept] = [here, there].map((each): Ledger => ({ name: 'ledger', namespace: each }));
  if (lost === undefined || kept === undefined) throw new Error('there are two');
  const then: Ledger = { name: 'ledger-then', namespace: there };
  const preview: Ledger = { name: 'preview', namespace: there };
  const moments = { lost: '', kept: '', upgraded: '' };
  const archives = { lost: '', kept: '' };
  let password = '';

  /** Makes a claim and waits until it is Ready; gives the seconds that it took. */
  const make = async (ledger: Ledger, spec: object) => {
    const began = performance.now();
    await cluster.apply([ledgerClaim(ledger, spec)]);
    await becomes(cluster, ledgerRef(ledger), 'DatabaseReady', 600);
    return `${((performance.now() - began) / 1000).toFixed(0)} s`;
  };
  const remove = async (ledger: Ledger) => {
    await cluster.remove(ledgerRef(ledger));
    await gone(cluster, ledgerRef(ledger), 300);
  };

  return {
    title: 'A database is lost, and comes back',
    steps: [
      step('two claims of one name, in two namespaces, archive into one bucket', async () => {
        for (const each of [lost, kept]) {
          await cluster.apply(namespaceWithStore(each.namespace, folder));
          await cluster.apply([ledgerClaim(each, { backup })]);
        }
        archives.lost = await archived(cluster, lost);
        archives.kept = await archived(cluster, kept);
        if (archives.lost === archives.kept) throw new Error('both write into one archive');
        return `${archives.lost}, ${archives.kept}`;
      }),
      step('each writes before a moment and after it, and the log with both is archived', async () => {
        moments.lost = await write(cluster, lost, 'lost 1');
        moments.kept = await write(cluster, kept, 'kept 1');
        for (const each of [lost, kept]) {
          await write(cluster, each, 'too late');
          await archiveNow(cluster, each);
        }
        password = (await connection(cluster, lost))['password'] ?? '';
      }),
      step('the namespace of one is lost', async () => {
        await cluster.remove({ of: `namespace/${here}` });
        // Its Pods go first, and a server that archives its last log on a busy machine takes minutes.
        await gone(cluster, { of: `namespace/${here}` }, 900);
      }),
      step('it comes back from its archive as of that moment, with exactly the rows of before', async () => {
        await cluster.apply(namespaceWithStore(here, folder));
        const from = { objectStore: platformStore, serverName: archives.lost };
        const seconds = await make(lost, { backup, restore: { from, at: moments.lost } });
        return `${await holds(cluster, lost, 'lost 1')}; ${seconds}`;
      }),
      step('with a password of its own', async () => {
        if ((await connection(cluster, lost))['password'] === password) throw new Error('it is the old one');
      }),
      step('it archives again, into an archive of its own', async () => {
        const archive = await archived(cluster, lost);
        if (archive === archives.lost) throw new Error(`it writes into ${archive}, which it came from`);
        await remove(lost);
        return archive;
      }),
      step('the other goes back to its own moment, beside itself', async () => {
        const seconds = await make(then, { restore: { from: { claim: 'ledger' }, at: moments.kept } });
        const found = await holds(cluster, then, 'kept 1');
        await remove(then);
        return `${found}; ${seconds}`;
      }),
      step(
        'a clone of it has what it has now, and needs no archive',
        async () => {
          const seconds = await make(preview, { restore: { from: { claim: 'ledger' } } });
          const found = await holds(cluster, preview, 'kept 1, too late');
          await remove(preview);
          return `${found}; ${seconds}`;
        },
        () => losesRow(kept),
      ),
      step('the next major version begins an archive, and a base backup follows', async () => {
        await cluster.patch(ledgerRef(kept), { spec: { version: '17' } });
        await until(
          'ledger runs PostgreSQL 17',
          async () => text(at(await cluster.get(ledgerRef(kept)), 'status', 'version')) === '17',
          { seconds: 600, every: 1_000 },
        );
        const archive = await archived(cluster, kept);
        if (archive === archives.kept) throw new Error(`it still writes into ${archive}`);
        return `${archive}; base backup ${await backupPhase(there)}`;
      }),
      step('a moment after the upgrade can be gone back to', async () => {
        moments.upgraded = await write(cluster, kept, 'upgraded');
        await write(cluster, kept, 'too late again');
        await archiveNow(cluster, kept);
        const from = { claim: 'ledger' };
        const seconds = await make(then, { version: '17', restore: { from, at: moments.upgraded } });
        const found = await holds(cluster, then, 'kept 1, too late, upgraded');
        await remove(then);
        return `${found}; ${seconds}`;
      }),
      step('and one before it, from the archive of before', async () => {
        const from = { objectStore: 'ledger-backup', serverName: archives.kept };
        const seconds = await make(then, { restore: { from, at: moments.kept }, database: 'ledger' });
        const found = await holds(cluster, then, 'kept 1');
        await remove(then);
        return `${found}; ${seconds}`;
      }),
      step('a restore that finds no archive says so', async () => {
        const from = { objectStore: platformStore, serverName: 'no-such-archive' };
        await cluster.apply([ledgerClaim(then, { restore: { from } })]);
        const message = await until(
          'the claim says what went wrong',
          async () => {
            const live = await cluster.find(ledgerRef(then));
            const condition = live && conditionOf(live, 'Restored');
            return condition?.reason === 'FillingFails' && condition.message;
          },
          { seconds: 180, every: 1_000 },
        );
        await remove(then);
        return message;
      }),
    ],
    async end() {
      for (const each of [lost, kept, then, preview]) await cluster.remove(ledgerRef(each));
      for (const each of [lost, kept, then, preview]) await gone(cluster, ledgerRef(each), 300);
      for (const each of [here, there]) await cluster.remove({ of: `namespace/${each}` });
      for (const each of [here, there]) await gone(cluster, { of: `namespace/${each}` }, 900);
    },
  };

  async function losesRow({ name, namespace: where }: Ledger): Promise<void> {
    await cluster.exec(`${name}-1`, where, [
      'psql',
      '-qAtd',
      name,
      '-c',
      "delete from entries where entry = 'kept 1'",
    ]);
  }

  async function backupPhase(where: string): Promise<string> {
    return until(
      'the base backup is complete',
      async () => {
        const found = await cluster.find({ of: 'backup.postgresql.cnpg.io/ledger-backup-pg17', in: where });
        const phase = text(at(found, 'status', 'phase'));
        return phase === 'completed' && phase;
      },
      { seconds: 240, every: 1_000 },
    );
  }
}
