import { jetstreamManager } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { testJob } from '../servers/job.ts';
import { withWorker } from '../servers/with-worker.ts';

describeServers('jobs that wait in NATS', (servers) => {
  const { world, worker } = withWorker(servers, { WORKER_CONCURRENCY: '1', LEASE_DURATION: '1s' });

  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(`${worker.url}/jobs${path}`, { method });
    return { status: response.status, body: (await response.json()) as JsonObject };
  };

  /** Keeps the only slot of the worker busy until the job is cancelled, or for a while. */
  async function busy(latencyMs = 60_000) {
    const long = testJob({ latencyMs });
    await world.publish(long);
    await until('it runs', async () => (await world.status(long.jobId)) === 'running');
    return long;
  }

  test('are seen as soon as somebody asks, and listed, and end when they are cancelled', async () => {
    const long = await busy();
    const one = testJob();
    await world.publish(one);
    expect(await ask(`/${one.jobId}`)).toMatchObject({
      status: 200,
      body: { status: 'queued', attempts: 0 },
    });
    expect((await ask(`?text=${one.jobId}`)).body).toMatchObject({ jobs: [{ job_id: one.jobId }] });
    const other = testJob();
    await world.publish(other);
    expect((await ask(`/${other.jobId}/cancel`, 'POST')).status).toBe(200);
    expect((await world.result(other.jobId)).event).toMatchObject({ data: { error: { code: 'CANCELLED' } } });
    await ask(`/${long.jobId}/cancel`, 'POST');
    await world.result(long.jobId);
    await world.result(one.jobId);
    await world.settled();
    expect(world.model.steps(other.name)).toEqual([]);
  });

  test('are run all the same when the stream has dropped their messages, old ones first or all', async () => {
    const long = await busy(20_000);
    const jobs = [testJob(), testJob(), testJob()];
    for (const job of jobs) await world.publish(job);
    for (const { jobId } of jobs)
      await until('it is noted', async () => (await world.status(jobId)) === 'queued');
    const manager = await jetstreamManager(world.nats);
    await manager.streams.purge(world.names.stream);
    for (const { jobId } of [long, ...jobs])
      expect((await world.result(jobId, 60)).event['type']).toMatch(/completed$/);
  });

  test('what is no job is answered before any worker had it in hand, and once', async () => {
    const long = await busy();
    const one = testJob();
    const data = one.event['data'] as JsonObject;
    await world.publish({ ...one, event: { ...one.event, data: { ...data, input_payload: {} } } });
    expect((await world.result(one.jobId)).event).toMatchObject({
      data: { error: { code: 'INVALID_EVENT' } },
    });
    expect(await world.status(long.jobId)).toBe('running');
    await ask(`/${long.jobId}/cancel`, 'POST');
    await world.result(long.jobId);
    await world.settled();
    const letters = (await world.deadLetters()).filter(({ body }) => body.includes(one.jobId));
    expect(letters).toHaveLength(1);
  });
});
