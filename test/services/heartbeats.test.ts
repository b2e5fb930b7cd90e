import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPool } from '../../worker/adapters/postgres/connection.ts';
import { postgresStore } from '../../worker/adapters/postgres/store.ts';
import { threadHeartbeats } from '../../worker/adapters/thread/heartbeats.ts';
import type { Lease, JobStore } from '../../worker/job-store.ts';
import type { Heartbeats } from '../../worker/jobs/loop/lease-keeper.ts';
import { migrate, readMigrations } from '../../worker/migrate.ts';
import { until } from '../engine/until.ts';
import { createDatabase, describeServers } from '../servers/describe-servers.ts';
import type { TestDatabase } from '../servers/describe-servers.ts';
import { newJob } from '../contracts/new-job.ts';

const LEASE_MS = 4_000;
const watcher = join(import.meta.dirname, 'watch-lease.ts');

/** Blocks this thread. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describeServers('the heartbeat thread, while the main thread is blocked', (servers) => {
  let database: TestDatabase;
  let store: JobStore;
  let heartbeats: Heartbeats;
  let renewals = 0;
  const errors: unknown[] = [];

  beforeAll(async () => {
    database = await createDatabase(servers.postgres);
    const address = { kind: 'url', url: database.url } as const;
    const pool = openPool(address, 2, () => {});
    await migrate(pool);
    store = postgresStore(pool, 'shop/agent', await readMigrations());
    heartbeats = threadHeartbeats(
      {
        role: 'heartbeat',
        nats: { servers: [servers.nats], login: { kind: 'none' }, tls: undefined },
        postgres: address,
        owner: 'me',
        leaseMs: LEASE_MS,
        log: { level: 'silent', secrets: [] },
      },
      (error) => errors.push(error),
    )((news) => (renewals += news.filter(({ kind }) => kind === 'renewed').length));
  });
  afterAll(async () => {
    await heartbeats.close();
    await store.close();
    await database.drop();
  });

  /** A job that is being kept: its lease has been renewed. */
  async function kept(): Promise<Lease> {
    const claim = await store.claim(newJob(), 'me', LEASE_MS);
    if (claim.kind !== 'claimed') throw new Error(`expected a claim, got ${claim.kind}`);
    heartbeats.add({ lease: claim.lease, handle: undefined, until: Infinity });
    const before = renewals;
    await until('the lease is renewed', async () => renewals > before);
    return claim.lease;
  }

  /** Blocks this thread until the lease is over, or for as long as is given. */
  function watchBlocked({ jobId }: Lease, seconds: number): string {
    const { stdout } = spawnSync(process.execPath, [watcher, database.url, jobId, `${seconds}`]);
    return stdout.toString();
  }

  test('keeps its job for less than a lease, again and again', async () => {
    const lease = await kept();
    for (let times = 0; times < 3; times += 1) {
      block(LEASE_MS * 0.7);
      await sleep(LEASE_MS / 10);
    }
    expect(watchBlocked(lease, (LEASE_MS * 0.25) / 1_000)).toBe('held');
    heartbeats.drop(lease);
  });

  test('lets its job go after a lease', async () => {
    const lease = await kept();
    expect(watchBlocked(lease, (LEASE_MS * 10) / 1_000)).toBe('over');
    // Nobody has taken it in the meantime, so it goes on.
    const before = renewals;
    await until('the lease is renewed', async () => renewals > before);
    heartbeats.drop(lease);
    expect(errors).toEqual([]);
  });
});
