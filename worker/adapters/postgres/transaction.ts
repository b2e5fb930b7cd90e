import type pg from 'pg';
import { Failure } from '../../jobs/rules/failures.ts';
import { storeFailure } from '../../jobs/rules/store-failure.ts';

/** Does something in one transaction, all of it or nothing; throws what `storeFailure` makes of an error. */
export async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw storeFailure('begin a transaction', cause);
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
    throw storeFailure('end a transaction', error);
  } finally {
    client.release(broken);
  }
}
