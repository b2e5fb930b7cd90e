import { DiscardPolicy, jetstreamManager } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { until } from '../engine/until.ts';
import { testJob } from '../servers/job.ts';
import type { TestJob } from '../servers/job.ts';
import { runWorker } from '../servers/worker.ts';
import { describeFaults, ownWorldEach } from './own-servers.ts';

describeFaults('the disk of NATS', () => {
  const { servers, world } = ownWorldEach();

  const statuses = (jobs: readonly TestJob[]) => Promise.all(jobs.map(({ jobId }) => world.status(jobId)));
  const completed = (jobs: readonly TestJob[]) =>
    until('all are completed', async () => (await statuses(jobs)).every((status) => status === 'completed'), {
      seconds: 60,
      describe: () => statuses(jobs),
    });

  test('is gone: jobs that were noted run all the same, and their results are sent once there are streams again', async () => {
    const worker = await world.worker({ WORKER_CONCURRENCY: '1' });
    await worker.ready(60);
    const jobs = Array.from({ length: 8 }, () => testJob({ latencyMs: 1_000 }));
    await Promise.all(jobs.map((job) => world.publish(job)));
    await until(
      'all are noted in the table',
      async () => (await statuses(jobs)).every((status) => status !== undefined),
      { seconds: 60 },
    );
    await servers.nats.kill();
    const told = (await statuses(jobs)).filter((status) => status === 'completed').length;
    await servers.nats.loseDisk();
    await servers.nats.start();
    await until('the worker says what is missing', async () => {
      const body = await (await fetch(`${worker.url}/ready`)).text();
      return body.includes('ensure-stream');
    });
    expect((await runWorker(['ensure-stream'], world.env)).code).toBe(0);
    await completed(jobs);
    await world.settled(60);
    // What was told before is gone with the disk.
    const results = await world.results();
    expect(results.length).toBeGreaterThanOrEqual(jobs.length - told - 1);
    expect(new Set(results.map(({ jobId }) => jobId)).size).toBe(results.length);
  });

  test('is full: jobs complete, and their results wait until there is room', async () => {
    const manager = await jetstreamManager(world.nats);
    const { config } = await manager.streams.info(world.names.statusStream);
    const worker = await world.worker();
    await worker.ready(60);
    // No room for a single event, as on a full disk: the server refuses what is published.
    const full = { ...config, max_bytes: 100, discard: DiscardPolicy.New };
    await manager.streams.update(world.names.statusStream, full);
    const jobs = Array.from({ length: 10 }, () => testJob());
    await Promise.all(jobs.map((job) => world.publish(job)));
    await completed(jobs);
    expect(await world.results()).toEqual([]);
    await manager.streams.update(world.names.statusStream, config);
    await world.settled(60);
    expect((await world.results()).map(({ jobId }) => jobId).toSorted()).toEqual(
      jobs.map(({ jobId }) => jobId).toSorted(),
    );
  });
});
