import type pg from 'pg';
import { Failure } from '../../jobs/rules/failures.ts';

/** Does something in one transaction, all of it or nothing. Failing to begin or to commit is STORE_UNAVAILABLE. */
export async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw new Failure('STORE_UNAVAILABLE', 'cannot begin a transaction: PostgreSQL failed', { cause });
  });
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: unknown) => {
      broken = cause instanceof Error ? cause : new Error(String(cause));
    });
    if (error instanceof Failure) throw error;
    throw new Failure('STORE_UNAVAILABLE', 'cannot end a transaction: PostgreSQL failed', { cause: error });
  } finally {
    client.release(broken);
  }
}
