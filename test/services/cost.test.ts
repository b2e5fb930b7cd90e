import type pg from 'pg';
import { expect, test } from 'vitest';
import { openPool } from '../../worker/adapters/postgres/connection.ts';
import { postgresStore } from '../../worker/adapters/postgres/store.ts';
import { migrate, readMigrations } from '../../worker/migrate.ts';
import { until } from '../engine/until.ts';
import { createDatabase, describeServers } from '../servers/describe-servers.ts';
import { startLoop } from '../worker/loop.ts';

/** Keeps the names of the statements that go over the pool. Each is one round trip and, when it writes, one commit. */
function counted(pool: pg.Pool): string[] {
  const names: string[] = [];
  const query = pool.query.bind(pool) as (config: { name?: string }) => Promise<unknown>;
  Reflect.set(pool, 'query', (config: { name?: string }) => {
    names.push(config.name ?? 'unnamed');
    return query(config);
  });
  return names;
}

describeServers('what a job costs in PostgreSQL, beside its checkpoints', (servers) => {
  test('three statements, each of them a commit', async () => {
    const database = await createDatabase(servers.postgres);
    const pool = openPool({ kind: 'url', url: database.url }, 5, () => {});
    await migrate(pool);
    const store = postgresStore(pool, 'shop/agent', await readMigrations());
    const names = counted(pool);
    const loop = startLoop({ store: () => store });
    const jobs = Array.from({ length: 20 }, (_, index) => `job-${index}`);
    for (const job of jobs) await loop.publish(job);
    await until('all are done', async () => loop.published('.completed').length === jobs.length);
    await loop.stop();
    const of = (name: string) => names.filter((one) => one === name).length;
    expect(of('claim_job')).toBe(jobs.length);
    expect(of('finish_job')).toBe(jobs.length);
    expect(of('forget_sent_messages')).toBeLessThanOrEqual(jobs.length);
    // The rest goes by the clock, not by the job.
    const chores = new Set([
      'claim_job',
      'finish_job',
      'forget_sent_messages',
      'take_unsent_messages',
      'renew_leases',
      'adopt_jobs',
      'thin_checkpoints',
      'look_for_expired_jobs',
      'take_due_job',
      'begin_noting',
      'note_jobs',
      'look_for_overdue_jobs',
    ]);
    expect(names.filter((name) => !chores.has(name))).toEqual([]);
    await store.close();
    await database.drop();
  });
});
