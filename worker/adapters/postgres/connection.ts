import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import { storeFailure } from '../../jobs/rules/store-failure.ts';
import { meets, rowsOf } from '../../statement.ts';
import type { Statement } from '../../statement.ts';

/**
 * What is looked at before a server is told anything: no TLS at all; TLS with whom it may be; with one that the authorities in a
 * file (PEM; those that Node.js knows when undefined) have signed; and for this host.
 */
export type PostgresTls =
  | { readonly check: 'off' | 'nothing' }
  | { readonly check: 'authority'; readonly caFile: string }
  | { readonly check: 'host'; readonly caFile: string | undefined };

/** Where PostgreSQL is: one URL, or its parts. What the URL says of TLS counts for more than `tls`. */
export type PostgresAddress = { readonly tls?: PostgresTls | undefined } & (
  | { readonly kind: 'url'; readonly url: string }
  | {
      readonly kind: 'parts';
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly user: string;
      readonly password: string;
    }
);

function tlsOf(tls: PostgresTls): boolean | ConnectionOptions {
  switch (tls.check) {
    case 'off':
      return false;
    case 'nothing':
      return { rejectUnauthorized: false };
    case 'authority':
      return signedBy(tls.caFile, { checkServerIdentity: () => undefined });
    case 'host':
      return tls.caFile === undefined ? true : signedBy(tls.caFile, {});
  }
}

/** Looks at the file for each new connection: a new authority arrives in it while the worker runs. */
function signedBy(caFile: string, more: ConnectionOptions): ConnectionOptions {
  let last = readFileSync(caFile, 'utf8');
  return {
    ...more,
    get ca() {
      try {
        // Without any, Node.js would take those that it knows.
        last = readFileSync(caFile, 'utf8') || last;
      } catch {
        // It was taken away: what was in it before counts.
      }
      return last;
    },
  };
}

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
    ...(address.tls && { ssl: tlsOf(address.tls) }),
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
