import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../engine/until.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import { account, report, unharmed } from './account.ts';
import { gate } from './gate.ts';
import type { Gate } from './gate.ts';
import { describeFaults, ownWorld } from './own-servers.ts';

describeFaults('a worker cut off from its servers, with all its connections', () => {
  const { world } = ownWorld();

  /** A worker whose ways to NATS and PostgreSQL can be cut, and one that stays whole. */
  async function cutWorker(): Promise<{
    readonly ways: readonly Gate[];
    readonly health: () => Promise<number>;
  }> {
    const ways = [await gate(world.env['DATABASE_URL'] ?? ''), await gate(world.env['NATS_URL'] ?? '')];
    onTestFinished(async () => void (await Promise.all(ways.map((way) => way.close()))));
    const [DATABASE_URL = '', NATS_URL = ''] = ways.map(({ url }) => url);
    const [first, second] = [await world.worker({ DATABASE_URL, NATS_URL }), await world.worker()];
    await Promise.all([first.ready(60), second.ready(60)]);
    onTestFinished(async () => {
      for (const worker of [first, second]) worker.signal('SIGKILL');
      await Promise.all([first.exited(), second.exited()]);
    });
    return { ways, health: async () => (await fetch(`${first.url}/health`)).status };
  }

  test.each([
    ['for a second', 1_000],
    ['for four leases', 12_000],
  ])('%s: no job is lost, and what it says late counts for nothing', async (what, ms) => {
    const { ways, health } = await cutWorker();
    const before = (await world.results()).length;
    const rounds = [[{ tool: 'double', args: { n: 1 } }], [{ tool: 'double', args: { n: 2 } }]];
    const jobs = Array.from({ length: 40 }, () => testJob({ latencyMs: 300, rounds }, [doubleTool]));
    await Promise.all(jobs.map((job) => world.publish(job)));
    await until('some are done', async () => (await world.results()).length >= before + 5, { seconds: 60 });
    for (const way of ways) way.cut();
    await sleep(ms);
    for (const way of ways) way.mend();
    const mended = performance.now();
    await until('all are done', async () => (await world.results()).length >= before + jobs.length, {
      seconds: 60,
    });
    await world.settled(60);
    const found = await account(world, jobs);
    report(`a worker cut off ${what}`, found, (performance.now() - mended) / 1000);
    expect(found).toMatchObject(unharmed);
    // At most the steps that the worker had in hand.
    expect(found.modelCallsRepeated).toBeLessThanOrEqual(10);
    expect(await health()).toBe(200);
  });
});
