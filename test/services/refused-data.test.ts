import { expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition, testJob } from '../servers/job.ts';
import { withWorker } from '../servers/with-worker.ts';

/** A job that names a provider which is no text for PostgreSQL. */
function unkeepable() {
  const job = testJob();
  const of = structuredClone(definition());
  const [node] = of['nodes'] as { config: { model: object } }[];
  if (node) node.config.model = { provider: 'open\0ai', model: 'stub' };
  const data = { ...(job.event['data'] as JsonObject), agent_definition: of };
  return { ...job, event: { ...job.event, data } };
}

describeServers('what PostgreSQL refuses to keep', (servers) => {
  const { world, worker } = withWorker(servers, { WORKER_CONCURRENCY: '1', LEASE_DURATION: '2s' });

  const statusOf = async (jobId: string) => {
    const response = await fetch(`${worker.url}/jobs/${jobId}`);
    return (await response.json()) as JsonObject;
  };
  const refused = { data: { error: { code: 'STORE_REFUSED' } } };

  test('fails its own job, in words, and holds up no other', async () => {
    const [bad, good] = [unkeepable(), testJob()];
    await world.publish(bad);
    await world.publish(good);
    expect((await world.result(bad.jobId)).event).toMatchObject(refused);
    expect((await world.result(good.jobId)).event['type']).toMatch(/completed$/);
    expect(await statusOf(bad.jobId)).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('the character 0 (SQLSTATE 22') },
    });
  });

  test('is answered before any worker had it in hand, and the others that wait are noted', async () => {
    const long = testJob({ latencyMs: 8_000 });
    await world.publish(long);
    await until('it runs', async () => (await world.status(long.jobId)) === 'running');
    const [bad, good] = [unkeepable(), testJob()];
    await world.publish(bad);
    await world.publish(good);
    expect((await world.result(bad.jobId)).event).toMatchObject(refused);
    await until('the other is noted', async () => (await world.status(good.jobId)) !== undefined);
    for (const { jobId } of [long, good])
      expect((await world.result(jobId)).event['type']).toMatch(/completed$/);
  });

  test('is a mistake of the request over HTTP', async () => {
    const response = await fetch(`${worker.url}/jobs/a%00b`);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
  });
});
