import { expect, test } from 'vitest';
import { until } from '../engine/until.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import type { StatusEvent } from '../servers/world.ts';
import { account, report, unharmed } from './account.ts';
import { describeFaults, ownWorldEach } from './own-servers.ts';

describeFaults('two workers under load', () => {
  const { world } = ownWorldEach();

  test('one of them is killed with 200 jobs on the way', async () => {
    const [first, second] = [await world.worker(), await world.worker()];
    await Promise.all([first.ready(), second.ready()]);
    const jobs = Array.from({ length: 200 }, () =>
      testJob({ latencyMs: 30, rounds: [[{ tool: 'double', args: { n: 2 } }]] }, [doubleTool]),
    );
    await Promise.all(jobs.map((job) => world.publish(job)));
    await until('fifty are done', async () => (await world.results()).length >= 50);
    first.signal('SIGKILL');
    const killed = performance.now();
    await until('all are done', async () => (await world.results()).length >= 200, { seconds: 50 });
    const seconds = (performance.now() - killed) / 1000;
    await world.settled();
    const found = await account(world, jobs);
    report('one of two workers killed under 200 jobs', found, seconds);
    expect(found).toMatchObject(unharmed);
    // At most the call in flight of each job that the dead worker had in hand.
    expect(found.modelCallsRepeated).toBeLessThanOrEqual(5);
  });

  test('the same event published 20 times runs once', async () => {
    const [first, second] = [await world.worker(), await world.worker()];
    await Promise.all([first.ready(), second.ready()]);
    const job = testJob({ latencyMs: 500 });
    const started = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => world.publish(job)));
    await world.result(job.jobId);
    await world.settled();
    const found = await account(world, [job]);
    report('the same event published 20 times', found, (performance.now() - started) / 1000);
    expect(found).toMatchObject({ ...unharmed, modelCallsRepeated: 0 });
  });

  test('a step four times as long as the lease runs once, with another worker waiting for it', async () => {
    const [first, second] = [
      await world.worker({ LEASE_DURATION: '3s' }),
      await world.worker({ LEASE_DURATION: '3s' }),
    ];
    await Promise.all([first.ready(), second.ready()]);
    const job = testJob({ latencyMs: 12_000 });
    const started = performance.now();
    await world.publish(job);
    await world.result(job.jobId, 40);
    await world.settled();
    const found = await account(world, [job]);
    report('a step of four leases', found, (performance.now() - started) / 1000);
    expect(found).toMatchObject({ ...unharmed, modelCallsRepeated: 0 });
  });

  test('a worker whose clock is an hour ahead, beside one whose clock is right', async () => {
    const ahead = { NODE_OPTIONS: `--import ${new URL('clock-ahead.ts', import.meta.url).href}` };
    const [first, second] = [await world.worker(ahead), await world.worker()];
    await Promise.all([first.ready(), second.ready()]);
    const jobs = Array.from({ length: 40 }, () => testJob({ latencyMs: 500 }));
    const started = performance.now();
    await Promise.all(jobs.map((job) => world.publish(job)));
    await until('all are done', async () => (await world.results()).length >= 40);
    await world.settled();
    const found = await account(world, jobs);
    report('clock of one worker an hour ahead', found, (performance.now() - started) / 1000);
    expect(found).toMatchObject({ ...unharmed, modelCallsRepeated: 0 });
    const soon = new Date(Date.now() + 1_800_000).toISOString();
    const isAhead = ({ event }: StatusEvent) => typeof event['time'] === 'string' && event['time'] > soon;
    expect((await world.results()).some(isAhead), 'the clock really is ahead').toBe(true);
  });
});
