import pg from 'pg';
import { Failure } from '../../jobs/rules/failures.ts';

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
    statement_timeout: timeoutMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', onError);
  return pool;
}

/**
 * A prepared statement: parsed and planned once a connection. Its name says what it does, for its errors too; what tells it from
 * others that do the same comes after two underscores. PostgreSQL tells names apart by their first 63 characters alone.
 */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Runs one statement in one round trip, as one transaction. Failing to is STORE_UNAVAILABLE, which is worth another try. */
export async function query<Row extends pg.QueryResultRow>(
  pool: pg.Pool | pg.PoolClient,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  try {
    const answer = await pool.query<Row>({ ...statement, values: [...values] });
    return answer.rows;
  } catch (error) {
    throw new Failure(
      'STORE_UNAVAILABLE',
      `cannot ${statement.name.replace(/__.*/, '').replaceAll('_', ' ')}: PostgreSQL failed`,
      { cause: error },
    );
  }
}
