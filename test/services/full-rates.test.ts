import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPool } from '../../worker/adapters/postgres/connection.ts';
import { postgresStore } from '../../worker/adapters/postgres/store.ts';
import type { JobStore } from '../../worker/job-store.ts';
import { migrate, readMigrations } from '../../worker/migrate.ts';
import { newJob } from '../contracts/new-job.ts';
import { completed, taker } from '../contracts/job-store/tried-store.ts';
import { until } from '../engine/until.ts';
import { createDatabase, describeServers } from '../servers/describe-servers.ts';
import type { TestDatabase } from '../servers/describe-servers.ts';

describeServers('a job of two rates', (servers) => {
  let database: TestDatabase;
  let store: JobStore;
  let other: pg.Client;
  beforeAll(async () => {
    database = await createDatabase(servers.postgres);
    const pool = openPool({ kind: 'url', url: database.url }, 4, () => {});
    await migrate(pool);
    store = postgresStore(pool, 'shop/agent', await readMigrations());
    other = new pg.Client({ connectionString: database.url });
    await other.connect();
  });
  afterAll(async () => {
    await other.end();
    await store.close();
    await database.drop();
  });

  const begunOf = async (key: string): Promise<number | undefined> => {
    const { rows } = await other.query<{ begun: number }>(
      `SELECT cardinality(begun) AS begun FROM agent_rates WHERE name LIKE '%' || $1`,
      [key],
    );
    return rows[0]?.begun;
  };

  test('that another worker fills up at the same moment counts for neither', async () => {
    const [first, second] = [`1-${randomUUID()}`, `2-${randomUUID()}`];
    const rates = [first, second].map((key) => ({ key, limit: 2, per_seconds: 600 }));
    const [begins, waits] = [newJob({ options: { rates } }), newJob({ options: { rates } })];
    await store.park(begins);
    const { job } = await store.takeDue(taker);
    if (!job) throw new Error('expected the job of rates that nothing has begun of');
    await store.finish(job.claim.lease, completed, []);
    await store.park(waits);

    await other.query('BEGIN');
    await other.query(
      `UPDATE agent_rates SET next_at = now() + interval '10 min', begun = now() || begun WHERE name LIKE '%' || $1`,
      [second],
    );
    const taking = store.takeDue(taker);
    await until('the worker waits for the other one', async () => {
      const { rows } = await other.query('SELECT FROM pg_locks WHERE NOT granted');
      return rows.length > 0;
    });
    await other.query('COMMIT');

    expect((await taking).job).toBeUndefined();
    expect([await begunOf(first), await begunOf(second)]).toEqual([1, 2]);
  });
});
