import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import type pg from 'pg';

/** One immutable step of the schema: `0001_jobs.sql` is number 1, named jobs. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** Workers of before cannot go on beside it. One that only adds says so in its first line: `-- additive`. */
  readonly breaking: boolean;
  /** SHA-256 of the text, in hex: a migration that was applied may never change. */
  readonly checksum: string;
}

/** What the database says of itself. */
interface Applied {
  readonly number: number;
  readonly checksum: string;
  readonly breaking: boolean;
}

/** Any number, as long as every worker has the same: only one of them migrates a database at a time. */
const LOCK = 7_245_118;

/**
 * Those that only add something and are older than the line that says so, which would change their checksum. A worker of
 * before would do harm beside the others: it does not know failures and waits (3), steps (4), other groups (5), threads (8) and
 * whom a job belongs to (13).
 */
const ADDITIVE: ReadonlySet<number> = new Set([6, 7, 9, 10, 11, 12, 14, 15]);

/** Next to this file in the sources, next to the bundle in the image. */
const folder = new URL('./sql/', import.meta.url);

/** The migrations this worker knows, in order. */
export async function readMigrations(): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file) => {
      const sql = await readFile(new URL(file, folder), 'utf8');
      const number = Number(file.slice(0, 4));
      return {
        number,
        name: file.slice(5, -'.sql'.length),
        sql,
        breaking: !ADDITIVE.has(number) && !/^-- additive\b/.test(sql),
        checksum: createHash('sha256').update(sql).digest('hex'),
      };
    }),
  );
}

/** The schema and this worker do not belong together, and waiting does not change that. */
export class SchemaMismatch extends Error {
  override readonly name = 'SchemaMismatch';
}

/** What keeps this worker from the schema it found; empty when they belong together. */
export function schemaProblems(known: readonly Migration[], applied: readonly Applied[]): string[] {
  const byNumber = new Map(known.map((migration) => [migration.number, migration]));
  return applied.flatMap(({ number, checksum, breaking }) => {
    const mine = byNumber.get(number);
    if (!mine) return breaking ? [`the schema is newer than this worker: it has migration ${number}`] : [];
    if (mine.checksum !== checksum)
      return [`migration ${number} (${mine.name}) was changed after it was applied`];
    return [];
  });
}

/** The migrations that a database has, oldest first. */
export async function readApplied(client: pg.ClientBase | pg.Pool): Promise<Applied[]> {
  const found = await client.query<{ present: boolean }>(
    `SELECT to_regclass('worker_migrations') IS NOT NULL AS present`,
  );
  if (!found.rows[0]?.present) return [];
  // The table of v0.1.0 does not say which of its migrations break something.
  const rows = await client.query<Applied>(
    `SELECT number, checksum, coalesce((to_jsonb(m)->>'breaking')::boolean, true) AS breaking
     FROM worker_migrations AS m ORDER BY number`,
  );
  return rows.rows;
}

/**
 * Applies the oldest migration that is missing, in a transaction that holds the lock; undefined when there is none. Lock and
 * setting end with the transaction, so that a pooler hands neither to somebody else.
 */
async function applyNext(client: pg.ClientBase, known: readonly Migration[]): Promise<Migration | undefined> {
  await client.query('BEGIN');
  try {
    await client.query('SET LOCAL statement_timeout = 0');
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    await client.query(
      `CREATE TABLE IF NOT EXISTS worker_migrations (
         number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
       )`,
    );
    await client.query(
      'ALTER TABLE worker_migrations ADD COLUMN IF NOT EXISTS breaking boolean NOT NULL DEFAULT true',
    );
    const applied = await readApplied(client);
    const problems = schemaProblems(known, applied);
    if (problems.length > 0) throw new SchemaMismatch(`cannot migrate the database: ${problems.join('; ')}`);
    const next = known.find(({ number }) => !applied.some((one) => one.number === number));
    if (next !== undefined) await apply(client, next);
    await client.query('COMMIT');
    return next;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function apply(
  client: pg.ClientBase,
  { number, name, sql, checksum, breaking }: Migration,
): Promise<void> {
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO worker_migrations (number, name, checksum, breaking) VALUES ($1, $2, $3, $4)`,
      [number, name, checksum, breaking],
    );
  } catch (error) {
    throw new Error(`cannot apply migration ${number} (${name})`, { cause: error });
  }
}

/**
 * Brings the schema up to this worker. Safe to run from any number of workers together: one works, the others wait, then find
 * nothing to do. The pool has to be as patient as the longest migration.
 */
export async function migrate(pool: pg.Pool): Promise<Migration[]> {
  const known = await readMigrations();
  const client = await pool.connect();
  const applied: Migration[] = [];
  try {
    for (;;) {
      const next = await applyNext(client, known);
      if (next === undefined) return applied;
      applied.push(next);
    }
  } finally {
    client.release(true);
  }
}
