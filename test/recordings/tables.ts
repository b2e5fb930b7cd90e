import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import pg from 'pg';
import { readMigrations } from '../../worker/migrate.ts';

type Row = Readonly<Record<string, unknown>>;

/** What one version of the worker left in a database. */
export interface Recording {
  /** When, in ISO 8601. */
  readonly at: string;
  /** Rows of each table that has some, bytes in hex as PostgreSQL prints them. */
  readonly tables: Readonly<Record<string, readonly Row[]>>;
}

const MIGRATIONS = 'worker_migrations';

/** Everything in the tables of a database. */
export async function readTables(url: string): Promise<Recording> {
  return onDatabase(url, async (client) => {
    const { rows: found } = await client.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
    );
    const tables: Record<string, readonly Row[]> = {};
    for (const { name } of found) {
      const { rows } = await client.query<{ row: Row }>(`SELECT to_jsonb(t) AS row FROM "${name}" AS t`);
      if (rows.length > 0) tables[name] = rows.map(({ row }) => row);
    }
    return { at: new Date().toISOString(), tables };
  });
}

/** Puts a recording into a database in place of all that is there, with the schema of then, as if it had been made just now. */
export async function loadTables(url: string, { at, tables }: Recording): Promise<void> {
  await onDatabase(url, async (client) => {
    await client.query('DROP SCHEMA public CASCADE');
    await client.query('CREATE SCHEMA public');
    await makeSchema(client, url, tables);
    for (const [name, rows] of Object.entries(tables)) {
      await client.query(
        `INSERT INTO "${name}" OVERRIDING SYSTEM VALUE
         SELECT * FROM jsonb_populate_recordset(NULL::"${name}", $1::jsonb) ON CONFLICT DO NOTHING`,
        [JSON.stringify(rows)],
      );
    }
    await moveToNow(client, at);
  });
}

/** The migrations are never changed, so that those which a worker of then had make what it had. */
async function makeSchema(client: pg.Client, url: string, tables: Recording['tables']): Promise<void> {
  const applied = tables[MIGRATIONS] ?? [];
  const breaking = applied.some((row) => 'breaking' in row) ? ', breaking boolean NOT NULL' : '';
  await client.query(
    `CREATE TABLE ${MIGRATIONS} (number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()${breaking})`,
  );
  const numbers = new Set(applied.map((row) => row['number']));
  for (const { number, sql } of await readMigrations()) if (numbers.has(number)) await client.query(sql);
  if (!('checkpoint_migrations' in tables)) return;
  const saver = PostgresSaver.fromConnString(url);
  await saver.setup();
  await saver.end();
}

/** What comes after goes on from the numbers and times of the rows. */
async function moveToNow(client: pg.Client, at: string): Promise<void> {
  const { rows: columns } = await client.query<{
    relation: string;
    name: string;
    type: string;
    counts: boolean;
  }>(
    `SELECT table_name AS relation, column_name AS name, data_type AS type, is_identity = 'YES' AS counts
     FROM information_schema.columns WHERE table_schema = 'public'`,
  );
  for (const { relation, name, type, counts } of columns) {
    if (type === 'timestamp with time zone')
      await client.query(`UPDATE "${relation}" SET "${name}" = "${name}" + (now() - $1::timestamptz)`, [at]);
    if (counts)
      await client.query(
        `SELECT setval(pg_get_serial_sequence('"${relation}"', '${name}'), (SELECT coalesce(max("${name}"), 0) + 1 FROM "${relation}"))`,
      );
  }
}

async function onDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
