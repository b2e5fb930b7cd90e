import { join } from 'node:path';
import { at, text } from '../../../functions/composition/read.ts';
import { root } from '../../engine/install.ts';
import { until } from '../../engine/until.ts';
import { becomes, gone, noneLeft, undeletable } from '../claims.ts';
import { connection, holds, ledgerClaim, ledgerRef, write } from '../ledger.ts';
import type { Ledger } from '../ledger.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { namespace } from '../world.ts';
import type { World } from '../world.ts';

const where = `${namespace}-kept`;
const ledger: Ledger = { name: 'ledger', namespace: where };
const version = '17';

/** A database that nobody can delete, and one that outlives its claim. */
export function protection({ cluster }: World): Chapter {
  const claim = ledgerRef(ledger);
  const database = { of: 'cluster.postgresql.cnpg.io/ledger', in: where };
  const apply = async (spec: object) => cluster.apply([ledgerClaim(ledger, { version, ...spec })]);
  const volumes = () => cluster.names('persistentvolumeclaims', where, 'cnpg.io/cluster=ledger');
  const uidOf = async () => text(at(await cluster.get(database), 'metadata', 'uid'));
  const before = { uid: '', password: '' };

  const refused = (wayOut: string, ...args: readonly string[]) => undeletable(cluster, wayOut, ...args);
  const everything = async (wayOut: string) => {
    const namespaced = ['-n', where];
    await refused(wayOut, 'namespace', where);
    for (const of of [database.of, 'secret/ledger-conn', ...(await volumes())])
      await refused(wayOut, of, ...namespaced);
  };

  return {
    title: 'Data is kept',
    steps: [
      step('a protected database serves, and has a row', async () => {
        await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: where } }]);
        await apply({ deletionProtection: true, instances: 2 });
        await becomes(cluster, claim, 'Ready', 600);
        await write(cluster, ledger, 'kept');
      }),
      step(
        'its namespace, Cluster, Secret and volumes are not deleted by anybody',
        () => everything('kubectl patch postgresinstance ledger'),
        async () => {
          const policies = ['-l', 'app.kubernetes.io/part-of=zerotouch'];
          await cluster.run(['delete', 'validatingadmissionpolicybindings', ...policies]);
          return async () => {
            await cluster.run(['apply', '-k', join(root, 'package/cluster')]);
          };
        },
      ),
      step('nor is the claim, in the foreground as Argo CD prunes either', async () => {
        for (const cascade of ['background', 'foreground', 'orphan'])
          await refused('kubectl patch', claim.of, '-n', where, `--cascade=${cascade}`);
      }),
      step('CloudNativePG may remove the volume of an instance that is not wanted any more', async () => {
        await cluster.patch(claim, { spec: { instances: 1 } });
        await noneLeft('one volume is left', async () => (await volumes()).slice(1), 180);
      }),
      step('its claim is to retain, and says so once that is in place', async () => {
        await cluster.patch(claim, { spec: { deletionProtection: false, deletionPolicy: 'Retain' } });
        await until(
          'the claim says Retain',
          async () => text(at(await cluster.get(claim), 'status', 'deletionPolicy')) === 'Retain',
          { seconds: 120, every: 500 },
        );
        before.uid = await uidOf();
        before.password = (await connection(cluster, ledger))['password'] ?? '';
      }),
      step('the claim is deleted, and the database goes on', async () => {
        await cluster.remove(claim, '--cascade=foreground');
        await gone(cluster, claim, 120);
        return holds(cluster, ledger, 'kept');
      }),
      step('what it left is not deleted with its namespace, nor by itself', () =>
        everything('zerotouch.bizmatters.io/deletion-policy-'),
      ),
      step('a later claim is refused, until it says adopt', async () => {
        await apply({});
        await until('the claim says why', async () =>
          JSON.stringify(at(await cluster.get(claim), 'status', 'conditions')).includes('spec.adopt'),
        );
        await apply({ adopt: true });
        await becomes(cluster, claim, 'Ready', 240);
      }),
      step('and takes up the same database, with the same row and password', async () => {
        if ((await uidOf()) !== before.uid) throw new Error('it is another Cluster');
        if ((await connection(cluster, ledger))['password'] !== before.password)
          throw new Error('it is another password');
        return holds(cluster, ledger, 'kept');
      }),
      step('what is neither protected nor retained goes with its namespace', async () => {
        await until(
          'nothing is retained any more',
          async () => {
            const labels = at(await cluster.get(database), 'metadata', 'labels');
            return text(at(labels, 'zerotouch.bizmatters.io/deletion-policy')) === '';
          },
          { seconds: 120, every: 500 },
        );
        await cluster.remove({ of: `namespace/${where}` });
        await gone(cluster, { of: `namespace/${where}` }, 600);
      }),
    ],
    async end() {
      const standing = await cluster.find(claim).catch(() => undefined);
      if (standing)
        await cluster.patch(claim, { spec: { deletionProtection: false, deletionPolicy: 'Delete' } });
      const label = 'zerotouch.bizmatters.io/deletion-policy-';
      const kinds = 'clusters.postgresql.cnpg.io,secrets';
      await cluster.run(['label', kinds, '--all', '-n', where, label]).catch(() => undefined); // it may be gone
      await cluster.remove({ of: `namespace/${where}` });
      await gone(cluster, { of: `namespace/${where}` }, 600);
    },
  };
}
