import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { memoryStore } from '../../worker/adapters/memory/store.ts';
import { openPool } from '../../worker/adapters/postgres/connection.ts';
import { postgresStore } from '../../worker/adapters/postgres/store.ts';
import { migrate, readMigrations } from '../../worker/migrate.ts';
import { questions } from '../contracts/job-store/commands.ts';
import { createDatabase, describeServers, uniqueName } from '../servers/describe-servers.ts';
import type { TestDatabase } from '../servers/describe-servers.ts';

describeServers('two job stores that are asked the same', (servers) => {
  let database: TestDatabase;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await createDatabase(servers.postgres);
    pool = openPool({ kind: 'url', url: database.url }, 2, () => {});
    await migrate(pool);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  test('answer alike, in memory and in PostgreSQL, whatever comes before', async () => {
    const migrations = await readMigrations();
    const run = uniqueName('run');
    const asserted = fc.assert(
      fc.asyncProperty(questions(run), async (asked) => {
        await pool.query('TRUNCATE agent_jobs, agent_outbox, agent_threads, agent_checkpoints, agent_crons');
        // Two things never happen in one millisecond, as in PostgreSQL they do not in one microsecond.
        let now = Date.now();
        const clock = { wall: () => new Date((now += 1)) };
        const setup = () => ({
          model: memoryStore(clock),
          real: postgresStore(pool, 'shop/agent', migrations),
        });
        await fc.asyncModelRun(setup, asked);
      }),
      { numRuns: 40 },
    );
    await expect(asserted).resolves.toBeUndefined();
  }, 120_000);
});
