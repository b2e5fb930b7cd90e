import type pg from 'pg';

/**
 * A prepared statement: parsed and planned once a connection. Its name says what it does, for its errors too; what tells it from
 * others that do the same comes after two underscores. PostgreSQL tells names apart by their first 63 characters alone.
 */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** What pools and connections have met at their other end: a server, or a pooler such as PgBouncer before it. */
const met = new WeakMap<pg.Pool | pg.ClientBase, 'server' | 'pooler'>();

/** Says so, when a connection of a pool is made. */
export function meets(what: 'server' | 'pooler', ...those: readonly (pg.Pool | pg.ClientBase)[]): void {
  for (const one of those) met.set(one, what);
}

/**
 * The rows that PostgreSQL gives for a statement. Over a pooler it has no name: the next transaction may run on a connection that
 * has not heard of the name, or knows another statement by it.
 */
export async function rowsOf<Row extends pg.QueryResultRow>(
  over: pg.Pool | pg.PoolClient,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  if ('totalCount' in over && !met.has(over)) (await over.connect()).release();
  const named = met.get(over) === 'pooler' ? {} : { name };
  return (await over.query<Row>({ ...named, text, values: [...values] })).rows;
}
