import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeServers } from '../servers/describe-servers.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';

describeServers('the connections of a worker to PostgreSQL', (servers) => {
  let world: World;
  let watcher: pg.Client;
  beforeAll(async () => {
    world = await createWorld(servers);
    watcher = new pg.Client({ connectionString: world.database.url });
    await watcher.connect();
  });
  afterAll(async () => {
    await watcher.end();
    await world.close();
  });

  /** The most that were seen while the work was done. */
  async function mostDuring(work: Promise<void>): Promise<number> {
    let [most, isDone] = [0, false];
    void work.finally(() => (isDone = true));
    while (!isDone) {
      const { rows } = await watcher.query<{ count: number }>(
        `SELECT count(*)::integer FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'agent-worker'`,
      );
      most = Math.max(most, rows[0]?.count ?? 0);
      await sleep(20);
    }
    await work;
    return most;
  }

  test('are at most three more than the jobs that it runs at the same time', async () => {
    const worker = await world.worker({ WORKER_CONCURRENCY: '5' });
    await worker.ready(60);
    const rounds = [[{ tool: 'double', args: { n: 1 } }]];
    const jobs = Array.from({ length: 60 }, () => testJob({ rounds }, [doubleTool]));
    for (const job of jobs) await world.publish(job);
    expect(await mostDuring(world.settled(60))).toBeLessThanOrEqual(8);
    expect((await world.results()).filter(({ subject }) => subject.endsWith('.completed'))).toHaveLength(60);
  });
});
