import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { until } from '../engine/until.ts';
import { testJob } from '../servers/job.ts';
import type { Server } from '../servers/server.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { account, report, unharmed } from './account.ts';
import { describeFaults, ownWorld } from './own-servers.ts';

const DOWN_MS = 10_000;

describeFaults('a server killed under load, ten seconds down', () => {
  const { servers, world } = ownWorld();
  let workers: readonly WorkerProcess[];
  beforeAll(async () => {
    workers = [await world.worker(), await world.worker()];
    await Promise.all(workers.map((worker) => worker.ready()));
  });

  async function outage(name: string, server: Server) {
    const before = (await world.results()).length;
    const jobs = Array.from({ length: 60 }, () => testJob({ latencyMs: 400 }));
    await Promise.all(jobs.map((job) => world.publish(job)));
    await until('some are done', async () => (await world.results()).length >= before + 10);
    await server.kill();
    await sleep(DOWN_MS);
    await server.start();
    const back = performance.now();
    const all = before + jobs.length;
    await until('all are done', async () => (await world.results()).length >= all, {
      seconds: 50,
      describe: () => workers.map((worker) => worker.log().slice(-1_000)),
    });
    const seconds = (performance.now() - back) / 1000;
    await world.settled();
    const found = await account(world, jobs);
    report(name, found, seconds);
    expect(found).toMatchObject(unharmed);
    // The workers lived through it.
    for (const worker of workers) expect((await fetch(`${worker.url}/health`)).status).toBe(200);
    await Promise.all(workers.map((worker) => worker.ready()));
    return found;
  }

  test('NATS', async () => {
    const found = await outage('NATS down for 10 s', servers.nats);
    expect(found.modelCallsRepeated).toBe(0);
  });

  test('PostgreSQL', async () => {
    const found = await outage('PostgreSQL down for 10 s', servers.postgres);
    // What was in flight is asked again, as its answer could not be kept.
    expect(found.modelCallsRepeated).toBeLessThanOrEqual(10);
  });

  test('Redis: no job is even late', async () => {
    const found = await outage('Redis down for 10 s', servers.redis);
    expect(found.modelCallsRepeated).toBe(0);
  });
});
