import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { testJob } from '../servers/job.ts';
import type { TestJob } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { until } from '../engine/until.ts';
import { follow } from './sse.ts';

describeServers('jobs that go on with a thread', (servers) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(servers);
  });
  afterAll(() => world.close());

  const on = (thread: string, one: TestJob): TestJob => ({
    ...one,
    event: { ...one.event, data: { ...(one.event['data'] as JsonObject), thread_id: thread } },
  });

  test('over NATS, one after the other although there are two workers, each seeing what came before', async () => {
    const workers = [await world.worker(), await world.worker()];
    const url = workers[0]?.url ?? '';
    await Promise.all(workers.map((worker) => worker.ready()));
    const thread = randomUUID();
    const jobs = ['one', 'two', 'three'].map((text) => on(thread, testJob({ text, latencyMs: 200 })));
    for (const job of jobs) await world.publish(job);
    for (const job of jobs) await world.result(job.jobId);
    const states = await Promise.all(
      jobs.map(async ({ jobId }) => {
        const frames = await follow(`${url}/jobs/${jobId}/events`);
        const last = frames.findLast(({ event }) => event === 'on_state_update');
        const { messages } = (last?.data['data'] ?? {}) as { messages?: JsonObject[] };
        return messages?.length ?? 0;
      }),
    );
    expect(states.toSorted((a, b) => a - b)).toEqual([2, 4, 6]);
    for (const worker of workers) worker.signal('SIGTERM');
    await Promise.all(workers.map((worker) => worker.exited()));
  });

  test('goes on although its worker dies in the middle, and the next one waits for it', async () => {
    const first = await world.worker();
    await first.ready();
    const thread = randomUUID();
    const [slow, next] = [on(thread, testJob({ latencyMs: 3_000 })), on(thread, testJob({ text: 'after' }))];
    await world.publish(slow);
    await until('it runs', async () => (await world.status(slow.jobId)) === 'running');
    await world.publish(next);
    first.signal('SIGKILL');
    const second = await world.worker();
    await second.ready();
    await world.result(slow.jobId);
    await world.result(next.jobId);
    const order = (await world.results()).map(({ jobId }) => jobId);
    expect(order.indexOf(slow.jobId)).toBeLessThan(order.indexOf(next.jobId));
  });
});
