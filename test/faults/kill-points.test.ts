import { jetstreamManager } from '@nats-io/jetstream';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../engine/until.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import type { TestJob } from '../servers/job.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { account, report, unharmed } from './account.ts';
import { gate } from './gate.ts';
import { block } from './locks.ts';
import { describeFaults, ownWorld } from './own-servers.ts';

const busyTool = {
  ...doubleTool,
  name: 'busy',
  runtime: {
    kind: 'quickjs',
    script: 'export default () => { const end = Date.now() + 4000; while (Date.now() < end); return "x"; };',
  },
};

describeFaults('kill -9 at every point of a job', () => {
  const { servers, world } = ownWorld({ WORKER_CONCURRENCY: '1' });
  let victim: WorkerProcess;

  async function kill(): Promise<void> {
    victim.signal('SIGKILL');
    await victim.exited();
  }

  /** Runs the job on a worker that is killed by `fault`, then on another; gives what was counted. */
  async function survive(
    name: string,
    job: TestJob,
    fault: () => Promise<void>,
    env: Readonly<Record<string, string>> = {},
  ) {
    victim = await world.worker(env);
    onTestFinished(() => victim.signal('SIGKILL'));
    await victim.ready();
    await world.publish(job);
    await fault();
    const killed = performance.now();
    const successor = await world.worker();
    await world.result(job.jobId);
    const seconds = (performance.now() - killed) / 1000;
    await successor.ready();
    await world.settled();
    successor.signal('SIGTERM');
    expect(await successor.exited()).toBe(0);
    const found = await account(world, [job]);
    report(name, found, seconds);
    expect(found).toMatchObject(unharmed);
    return found;
  }

  const called = (job: TestJob, step = 0) =>
    until('the model is asked', async () => (world.model.steps(job.name)[step] ?? 0) > 0);

  test('before the claim', async () => {
    const job = testJob();
    // Whoever claims it waits for what becomes of a row with its id.
    const road = await block(
      world.database.url,
      `INSERT INTO agent_jobs (job_id, trace_id, payload_hash, request, status)
       VALUES ('${job.jobId}', '', '', '', 'queued')`,
    );
    const found = await survive('before the claim', job, async () => {
      await road.waitedFor('INSERT INTO agent_jobs');
      await kill();
      await road.lift();
    });
    expect(found.modelCallsRepeated).toBe(0);
  });

  test('after the claim, before anything else', async () => {
    const job = testJob();
    const road = await block(world.database.url, 'LOCK TABLE agent_checkpoints IN ACCESS EXCLUSIVE MODE');
    const found = await survive('after the claim', job, async () => {
      await road.waitedFor('FROM agent_checkpoints AS c');
      await kill();
      expect(await world.status(job.jobId)).toBe('running');
      await road.lift();
    });
    expect(found.modelCallsRepeated).toBe(0);
  });

  test('in the middle of a model call', async () => {
    const job = testJob({ latencyMs: 3_000 });
    const found = await survive('mid-model-call', job, async () => {
      await called(job);
      await kill();
    });
    expect(found.modelCallsRepeated).toBe(1);
  });

  test('in the middle of a tool: the model calls before it are not made again', async () => {
    const job = testJob({ rounds: [[{ tool: 'busy' }]] }, [busyTool]);
    const redis = new Redis(servers.redis.url);
    await redis.subscribe(`langgraph:stream:${job.jobId}`);
    const started = new Promise<void>((resolve) => {
      redis.on('message', (_channel, body: string) => {
        if (body.includes('on_tool_start')) resolve();
      });
    });
    const found = await survive('mid-tool', job, async () => {
      await started;
      await kill();
      redis.disconnect();
    });
    expect(found.modelCallsRepeated).toBe(0);
  });

  test('after the last checkpoint, before the end is recorded', async () => {
    const job = testJob({ latencyMs: 3_000 });
    const found = await survive('after the last checkpoint', job, async () => {
      await called(job);
      // A checkpoint locks the row of its job; the end also writes its messages.
      const road = await block(world.database.url, 'LOCK TABLE agent_outbox IN EXCLUSIVE MODE');
      await road.waitedFor('SET status = $3');
      await kill();
      await road.lift();
    });
    expect(found.modelCallsRepeated).toBe(0);
  });

  test('after the end is recorded, before it is published', async () => {
    const job = testJob({ latencyMs: 3_000 });
    const found = await survive('after finish, before publish', job, async () => {
      await called(job);
      // Not frozen: bytes on their way to a frozen server arrive when it thaws, whoever sent them.
      await servers.nats.kill();
      await until('the end is recorded', async () => (await world.status(job.jobId)) === 'completed');
      await kill();
      await servers.nats.start();
    });
    expect(found.modelCallsRepeated).toBe(0);
  });

  test('after it is published, before the message is acknowledged', async () => {
    const job = testJob({ latencyMs: 3_000 });
    const way = await gate(servers.nats.url);
    onTestFinished(() => way.close());
    const { stream, consumer, statusStream } = world.names;
    const fault = async () => {
      await called(job);
      await way.shutAt(`"stream":"${statusStream}"`);
      await kill();
      const manager = await jetstreamManager(world.nats);
      expect((await manager.consumers.info(stream, consumer)).num_ack_pending).toBe(1);
    };
    const found = await survive('after publish, before ack', job, fault, { NATS_URL: way.url });
    expect(found.modelCallsRepeated).toBe(0);
  });
});
