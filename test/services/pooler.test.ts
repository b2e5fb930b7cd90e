import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeServers } from '../servers/describe-servers.ts';
import { testJob } from '../servers/job.ts';
import { startPgbouncer } from '../servers/pgbouncer.ts';
import type { Pgbouncer } from '../servers/pgbouncer.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { runWorker } from '../servers/worker.ts';

describeServers('behind PgBouncer, which gives each transaction another connection', (servers) => {
  let world: World;
  let pooler: Pgbouncer | undefined;
  beforeAll(async () => {
    world = await createWorld(servers);
    pooler = await startPgbouncer(world.database.url);
  }, 120_000);
  afterAll(async () => {
    await world.close();
    await pooler?.stop();
  });

  test('500 jobs complete over four connections, of two workers, and the tables are migrated', async ({
    skip,
  }) => {
    if (pooler === undefined) return skip('install PgBouncer (`apt install pgbouncer`)');
    const env = { DATABASE_URL: pooler.url };
    expect((await runWorker(['migrate'], { ...world.env, ...env })).code).toBe(0);
    const workers = [await world.worker(env), await world.worker(env)];
    await Promise.all(workers.map((worker) => worker.ready(60)));
    const jobs = Array.from({ length: 500 }, () => testJob());
    for (const job of jobs) await world.publish(job);
    await world.settled(120);
    const results = await world.results();
    expect(results.filter(({ subject }) => subject.endsWith('.completed'))).toHaveLength(500);
    for (const worker of workers) expect(worker.log()).not.toContain('prepared statement');
  }, 180_000);
});
