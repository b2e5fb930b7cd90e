import { at, number, object, text } from '../../functions/composition/read.ts';
import { until } from '../engine/until.ts';
import { becomes } from './claims.ts';
import type { Kubectl, Live, Ref } from './kubectl.ts';
import { inCluster } from './pods.ts';

/** A claim of the chapter about restores, in whichever namespace it is. */
export interface Ledger {
  readonly name: string;
  readonly namespace: string;
}

export function ledgerRef({ name, namespace }: Ledger): Ref {
  return { of: `postgresinstance/${name}`, in: namespace };
}

/** A claim with this in its spec besides its size. */
export function ledgerClaim({ name, namespace }: Ledger, spec: object): object {
  return {
    apiVersion: 'database.bizmatters.io/v1alpha1',
    kind: 'PostgresInstance',
    metadata: { name, namespace },
    spec: { size: 'micro', version: '16', ...spec },
  };
}

/** What a database says to these statements, asked with the login of its Secret. */
export async function ask<T>(cluster: Kubectl, ledger: Ledger, ...statements: string[]): Promise<T[]> {
  const uri = (await connection(cluster, ledger))['uri'] ?? '';
  return inCluster<T[]>(cluster, { do: 'sql', uri, statements });
}

/** The values of its `-conn`. */
export async function connection(cluster: Kubectl, { name, namespace }: Ledger) {
  const secret = await cluster.get({ of: `secret/${name}-conn`, in: namespace });
  return Object.fromEntries(
    Object.entries(object(secret['data'])).map(([key, value]) => [
      key,
      Buffer.from(text(value), 'base64').toString(),
    ]),
  );
}

/** Writes a row, and gives the moment after it as PostgreSQL tells it. */
export async function write(cluster: Kubectl, ledger: Ledger, entry: string): Promise<string> {
  const [row] = await ask<{ moment: string }>(
    cluster,
    ledger,
    'create table if not exists entries (entry text)',
    `insert into entries values ('${entry}')`,
    `select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as moment`,
  );
  return row?.moment ?? '';
}

export async function entries(cluster: Kubectl, ledger: Ledger): Promise<string> {
  const rows = await ask<{ entry: string }>(cluster, ledger, 'select entry from entries order by 1');
  return rows.map(({ entry }) => entry).join(', ');
}

/** Makes sure that these are its entries, and no others. */
export async function holds(cluster: Kubectl, ledger: Ledger, wanted: string): Promise<string> {
  const found = await entries(cluster, ledger);
  if (found !== wanted) throw new Error(`expected ${wanted}, got ${found}`);
  return found;
}

/** The name of its archive, once something is in it and a base backup of that major version is complete. */
export async function archived(cluster: Kubectl, ledger: Ledger): Promise<string> {
  const { name, namespace } = ledger;
  await becomes(cluster, ledgerRef(ledger), 'Ready', 300);
  const { status } = await cluster.get(ledgerRef(ledger));
  const [archive, version] = [text(at(status, 'archive')), text(at(status, 'version'))];
  let backups: readonly Live[] = [];
  await until(
    `${name} has a base backup in ${archive}`,
    async () => {
      // Not by the store's status: the plugin skips a refresh of that when something else is writing to it.
      backups = await cluster.list('backups.postgresql.cnpg.io', { in: namespace });
      return backups.some(
        (each) =>
          text(at(each, 'spec', 'cluster', 'name')) === name &&
          text(at(each, 'status', 'phase')) === 'completed' &&
          `${number(at(each, 'status', 'majorVersion'))}` === version,
      );
    },
    { seconds: 420, every: 1_000, describe: () => backups.map(({ status: found }) => found) },
  );
  return archive;
}

/** Ends the segment of the log with the last row in it, and waits until it is in the archive. */
export async function archiveNow(cluster: Kubectl, { name, namespace }: Ledger): Promise<void> {
  const psql = (statement: string) =>
    cluster.exec(`${name}-1`, namespace, ['psql', '-qAtc', statement]).then((said) => said.trim());
  const segment = await psql('select pg_walfile_name(pg_current_wal_lsn())');
  await psql('select pg_switch_wal()');
  await until(
    `${segment} is archived`,
    async () => (await psql('select last_archived_wal from pg_stat_archiver')) >= segment,
    { seconds: 120, every: 1_000 },
  );
}
