import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeServers } from '../servers/describe-servers.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';

const EVERY_S = 2;
/** Timers of Node.js may fire a little before their time. */
const EARLY_MS = 50;

describeServers('two workers and a model with a rate', (servers) => {
  let world: World;
  let workers: readonly WorkerProcess[];
  beforeAll(async () => {
    const rates = { stub: { limit: 1, per_seconds: EVERY_S } };
    world = await createWorld(servers, { MODEL_RATES: JSON.stringify(rates), WORKER_CONCURRENCY: '2' });
    workers = await Promise.all([world.worker(), world.worker()]);
    await Promise.all(workers.map((worker) => worker.ready()));
  });
  afterAll(() => world.close());

  test('no more calls begin than it says, of all jobs on both together; each waits for its turn and none fails', async () => {
    const twice = { rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'It is 8.' };
    const jobs = [testJob(twice, [doubleTool]), testJob(), testJob(), testJob()];
    const from = Date.now();
    await Promise.all(jobs.map((job) => world.publish(job)));
    for (const { jobId } of jobs) expect((await world.result(jobId)).subject).toMatch(/completed$/);
    const { times } = world.model;
    // One job asks twice.
    expect(times).toHaveLength(5);
    for (const [index, time] of times.entries())
      expect(time - from).toBeGreaterThanOrEqual(index * EVERY_S * 1_000 - EARLY_MS);
  });

  test('the metrics count the calls that waited', async () => {
    const texts = await Promise.all(workers.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
    const counts = texts.map((text) =>
      Number(/^deepagents_runtime_model_waits_total (\d+)$/m.exec(text)?.[1]),
    );
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(3);
  });
});
