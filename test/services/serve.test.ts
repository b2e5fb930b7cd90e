import { expect, test } from 'vitest';
import { describeServers } from '../servers/describe-servers.ts';
import { testJob } from '../servers/job.ts';
import { withWorker } from '../servers/with-worker.ts';

describeServers('worker serve', (servers) => {
  const { world } = withWorker(servers);

  test('a job published to NATS ends in a completed event', async () => {
    const job = testJob({ text: 'Hello there.' });
    await world.publish(job);
    const { subject, event } = await world.result(job.jobId);
    expect(subject).toBe(`${world.names.prefix}.status.completed`);
    expect(event).toMatchObject({
      specversion: '1.0',
      type: 'dev.my-platform.agent.completed',
      source: 'agent-executor-service',
      subject: job.jobId,
      data: { job_id: job.jobId, result: { output: 'Hello there.', status: 'completed' } },
    });
  });
});
