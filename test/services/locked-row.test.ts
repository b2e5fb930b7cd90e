import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPool } from '../../worker/adapters/postgres/connection.ts';
import { postgresStore } from '../../worker/adapters/postgres/store.ts';
import type { JobStore, Lease } from '../../worker/job-store.ts';
import { migrate, readMigrations } from '../../worker/migrate.ts';
import { newJob } from '../contracts/new-job.ts';
import { LEASE_MS, taker } from '../contracts/job-store/tried-store.ts';
import { createDatabase, describeServers } from '../servers/describe-servers.ts';
import type { TestDatabase } from '../servers/describe-servers.ts';

describeServers('a row of a job that somebody has locked', (servers) => {
  let database: TestDatabase;
  let store: JobStore;
  let somebody: pg.Client;
  beforeAll(async () => {
    database = await createDatabase(servers.postgres);
    const pool = openPool({ kind: 'url', url: database.url }, 4, () => {});
    await migrate(pool);
    store = postgresStore(pool, 'shop/agent', await readMigrations());
    somebody = new pg.Client({ connectionString: database.url });
    await somebody.connect();
  });
  afterAll(async () => {
    await somebody.end();
    await store.close();
    await database.drop();
  });

  async function claimed(): Promise<Lease> {
    const claim = await store.claim(newJob(), 'me', LEASE_MS);
    if (claim.kind !== 'claimed') throw new Error(`expected a claim, got ${claim.kind}`);
    return claim.lease;
  }

  async function whileLocked<T>({ jobId }: Pick<Lease, 'jobId'>, work: () => Promise<T>): Promise<T> {
    await somebody.query('BEGIN');
    await somebody.query('SELECT FROM agent_jobs WHERE job_id = $1 FOR UPDATE', [jobId]);
    try {
      return await work();
    } finally {
      await somebody.query('ROLLBACK');
    }
  }

  test('costs no other job its lease, nor is the job itself taken for lost', async () => {
    const [locked, free] = [await claimed(), await claimed()];
    const renewed = await whileLocked(locked, () => store.renew([locked, free], LEASE_MS));
    expect(renewed).toEqual([
      { ...locked, held: true, renewed: false, cancelRequested: false },
      { ...free, held: true, renewed: true, cancelRequested: false },
    ]);
    expect(await store.renew([locked], LEASE_MS)).toMatchObject([{ renewed: true }]);
  });

  test('keeps nobody from other jobs, new ones and those that wait', async () => {
    const [locked, waiting] = [newJob(), newJob()];
    for (const job of [locked, waiting]) await store.park(job);
    const job = await whileLocked(locked, async () => {
      await claimed();
      return (await store.takeDue(taker)).job;
    });
    expect(job?.claim.lease.jobId).toBe(waiting.jobId);
  });
});
