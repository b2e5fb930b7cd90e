import { at, text } from '../../../functions/composition/read.ts';
import { bucketClass } from '../../node/parts/buckets.ts';
import { becomes, gone, undeletable } from '../claims.ts';
import { archived, archiveNow, connection, ledgerClaim, ledgerRef, write } from '../ledger.ts';
import type { Ledger } from '../ledger.ts';
import { inCluster } from '../pods.ts';
import type { S3Answer, S3Order } from '../pods/s3.ts';
import { startGuest } from '../reach.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { namespace } from '../world.ts';
import type { World } from '../world.ts';

const where = `${namespace}-buckets`;
const ledger: Ledger = { name: 'ledger', namespace: where };
const [uploads, backups] = ['uploads', 'backups'].map((name) => ({ of: `objectbucket/${name}`, in: where }));

/** Eight lines. */
const claimOf = (name: string) => `apiVersion: storage.bizmatters.io/v1alpha1
kind: ObjectBucket
metadata:
  name: ${name}
  namespace: ${where}
spec:
  storageClassName: ${bucketClass}
  deletionProtection: true
`;

/** Buckets that an application and a database use, each with nothing but its Secret. */
export function bucket({ cluster }: World): Chapter {
  if (uploads === undefined || backups === undefined) throw new Error('there are two');
  const nameOf = async (ref: typeof uploads) => text(at(await cluster.get(ref), 'status', 'bucket'));
  const ask = (order: S3Order) => inCluster<S3Answer>(cluster, { do: 's3', ...order }, where);
  /** By the login of the bucket for backups, which the application has not. */
  const administer = async (order: S3Order) =>
    ask({ conn: await connection(cluster, { name: 'backups', namespace: where }), ...order });

  return {
    title: 'A claim of eight lines becomes a bucket',
    steps: [
      step('two claims become Ready, each with a bucket', async () => {
        await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: where } }]);
        for (const name of ['uploads', 'backups']) await cluster.apply(claimOf(name));
        for (const claim of [uploads, backups]) await becomes(cluster, claim, 'Ready', 180);
        return `${await nameOf(uploads)}, ${await nameOf(backups)}`;
      }),
      step('an application with the Secret as its environment writes and reads', async () => {
        await startGuest(cluster, where, 'uploads-conn');
        const written = await ask({ method: 'PUT', path: 'letters/first', body: 'Dear all' });
        const read = await ask({ method: 'GET', path: 'letters/first' });
        if (read.text !== 'Dear all')
          throw new Error(`expected Dear all, got ${JSON.stringify({ written, read })}`);
      }),
      step(
        'its login opens no bucket but its own',
        async () => {
          const others = await nameOf(backups);
          for (const order of [
            { method: 'GET', path: '?list-type=2' },
            { method: 'PUT', path: 'mine', body: '' },
          ] as const) {
            const { status } = await ask({ ...order, bucket: others });
            if (status !== 403) throw new Error(`expected ${order.method} to be refused, got ${status}`);
          }
        },
        async () => {
          const Resource = `arn:aws:s3:::${await nameOf(backups)}`;
          const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:ListBucket', Resource }];
          const body = JSON.stringify({ Version: '2012-10-17', Statement });
          await administer({ method: 'PUT', path: '?policy', body });
          return async () => void (await administer({ method: 'DELETE', path: '?policy' }));
        },
      ),
      step('a database that names the other has its base backup and its log in there', async () => {
        await cluster.apply([ledgerClaim(ledger, { version: '17', backup: { bucket: 'backups' } })]);
        const archive = await archived(cluster, ledger);
        await write(cluster, ledger, 'kept');
        await archiveNow(cluster, ledger);
        const listed = await administer({ method: 'GET', path: `?list-type=2&prefix=postgres/${archive}/` });
        const missing = ['base', 'wals'].filter((part) => !listed.text.includes(`/${archive}/${part}/`));
        if (missing.length > 0) throw new Error(`expected ${missing.join(', ')} in ${listed.text}`);
        return archive;
      }),
      step('nobody deletes the claim, the bucket, the login or the namespace', async () => {
        const wayOut = 'kubectl patch objectbucket uploads';
        const protectedOnes = [uploads.of, 'objectbucketclaim/uploads', 'secret/uploads-conn'];
        for (const of of protectedOnes) await undeletable(cluster, wayOut, of, '-n', where);
        await undeletable(cluster, 'kubectl patch objectbucket', 'namespace', where);
      }),
      step('once it is not protected the bucket goes with its claim, and the login with it', async () => {
        await cluster.patch(uploads, { spec: { deletionProtection: false } });
        await cluster.remove(uploads);
        await gone(cluster, uploads, 180);
        await gone(cluster, { of: 'objectbucketclaim/uploads', in: where }, 180);
        const { status, text: said } = await ask({ method: 'GET', path: 'letters/first' });
        if (!said.includes('InvalidAccessKeyId'))
          throw new Error(`expected the login to be unknown, got ${status}: ${said}`);
      }),
    ],
    async end() {
      await cluster.remove(ledgerRef(ledger));
      await gone(cluster, ledgerRef(ledger), 300);
      for (const claim of [uploads, backups]) {
        if (await cluster.find(claim)) await cluster.patch(claim, { spec: { deletionProtection: false } });
        await cluster.remove(claim);
        await gone(cluster, claim, 180);
      }
      await cluster.remove({ of: `namespace/${where}` });
      await gone(cluster, { of: `namespace/${where}` }, 300);
    },
  };
}
