import pg from 'pg';
import { storeFailure } from '../../jobs/rules/store-failure.ts';
import { meets, rowsOf } from '../../statement.ts';
import type { Statement } from '../../statement.ts';

/** Where PostgreSQL is: one URL, or its parts. */
export type PostgresAddress =
  | { readonly kind: 'url'; readonly url: string }
  | {
      readonly kind: 'parts';
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly user: string;
      readonly password: string;
    };

function parts(address: PostgresAddress): pg.PoolConfig {
  if (address.kind === 'url') return { connectionString: address.url };
  const { host, port, database, user, password } = address;
  return { host, port, database, user, password };
}

/** A pool that gives up in seconds rather than wait for ever: what runs a job has a lease to keep. */
export function openPool(
  address: PostgresAddress,
  size: number,
  onError: (error: Error) => void,
  timeoutMs = 15_000,
): pg.Pool {
  const pool = new pg.Pool({
    ...parts(address),
    max: size,
    application_name: 'agent-worker',
    connectionTimeoutMillis: Math.min(5_000, timeoutMs),
    query_timeout: timeoutMs,
    async onConnect(client) {
      meets(await otherEnd(client, timeoutMs), client, pool);
    },
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', onError);
  return pool;
}

/**
 * Sets the time-out of statements, which poolers take as no parameter of a start, and looks whether the process that answers is
 * the one that took the connection: behind a pooler such as PgBouncer it is another.
 */
async function otherEnd(client: pg.ClientBase, timeoutMs: number): Promise<'server' | 'pooler'> {
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pg_backend_pid() AS pid, set_config('statement_timeout', $1, false)`,
    [String(timeoutMs)],
  );
  // The types of pg do not have what the server said at the start.
  return rows[0]?.pid === Reflect.get(client, 'processID') ? 'server' : 'pooler';
}

/** Runs one statement in one round trip, as one transaction; throws what `storeFailure` makes of an error. */
export async function query<Row extends pg.QueryResultRow>(
  pool: pg.Pool | pg.PoolClient,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  try {
    return await rowsOf<Row>(pool, statement, values);
  } catch (error) {
    throw storeFailure(statement.name.replace(/__.*/, '').replaceAll('_', ' '), error);
  }
}
