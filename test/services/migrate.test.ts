import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPool } from '../../worker/adapters/postgres/connection.ts';
import { migrate, readMigrations } from '../../worker/migrate.ts';
import { createDatabase, describeServers } from '../servers/describe-servers.ts';
import type { TestDatabase } from '../servers/describe-servers.ts';
import { runWorker } from '../servers/worker.ts';
import { dumpSchema } from './schema-dump.ts';

describeServers('worker migrate', (servers) => {
  let database: TestDatabase;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await createDatabase(servers.postgres);
    pool = openPool({ kind: 'url', url: database.url }, 30, () => {});
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  test('ten that start together apply each migration once, the tables of the checkpointer included', async () => {
    const pools = Array.from({ length: 10 }, () => openPool({ kind: 'url', url: database.url }, 2, () => {}));
    const applied = await Promise.all(pools.map(migrate));
    await Promise.all(pools.map((one) => one.end()));
    const all = await readMigrations();
    const inOrder = applied.flat().toSorted((one, other) => one.number - other.number);
    expect(inOrder.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
    const { rows } = await pool.query('SELECT number, name, checksum FROM worker_migrations ORDER BY number');
    expect(rows).toEqual(all.map(({ number, name, checksum }) => ({ number, name, checksum })));
  });

  test('makes exactly this schema', async () => {
    await expect(await dumpSchema(pool)).toMatchFileSnapshot('../golden/worker-schema.sql');
  });

  test('refuses a migration that was changed after it was applied', async () => {
    await pool.query(`UPDATE worker_migrations SET checksum = 'x' WHERE number = 1`);
    await expect(migrate(pool)).rejects.toThrow('migration 1 (jobs) was changed after it was applied');
    const [first] = await readMigrations();
    await pool.query('UPDATE worker_migrations SET checksum = $1 WHERE number = 1', [first?.checksum]);
  });

  test('and serve refuse a schema that is newer than they are', async () => {
    await pool.query(`INSERT INTO worker_migrations VALUES (9999, 'future', 'x')`);
    await expect(migrate(pool)).rejects.toThrow('newer than this worker');
    const environment = {
      DATABASE_URL: database.url,
      NATS_URL: servers.nats,
      DRAGONFLY_HOST: new URL(servers.redis).hostname,
      DRAGONFLY_PORT: new URL(servers.redis).port,
      PORT: '0',
    };
    const served = await runWorker(['serve'], environment);
    expect(served.code).toBe(1);
    expect(served.output).toContain('the schema is newer than this worker: it has migration 9999');
    await pool.query('DELETE FROM worker_migrations WHERE number = 9999');
  });

  test('a schema that is newer and only adds something is no obstacle', async () => {
    await pool.query(
      `INSERT INTO worker_migrations (number, name, checksum, breaking) VALUES (9998, 'more', 'x', false)`,
    );
    expect(await migrate(pool)).toEqual([]);
    await pool.query('DELETE FROM worker_migrations WHERE number = 9998');
  });

  test('a statement that fails leaves nothing behind, and says which migration it was', async () => {
    const other = await createDatabase(servers.postgres);
    const otherPool = openPool({ kind: 'url', url: other.url }, 2, () => {});
    await otherPool.query('CREATE TABLE agent_outbox (in_the_way int)');
    await expect(migrate(otherPool)).rejects.toThrow('cannot apply migration 2 (outbox)');
    const { rows } = await otherPool.query('SELECT number FROM worker_migrations');
    expect(rows).toEqual([{ number: 1 }]);
    await otherPool.end();
    await other.drop();
  });

  test('without a server it ends with the reason', async () => {
    const ended = await runWorker(['migrate', '--wait', '0'], {
      DATABASE_URL: 'postgresql://a:secret-of-mine@127.0.0.1:1/b',
    });
    expect(ended.code).toBe(1);
    expect(ended.output).toContain('cannot migrate');
    expect(ended.output).not.toContain('secret-of-mine');
  });
});
