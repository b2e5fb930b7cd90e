import { jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../engine/until.ts';
import { describeServers, uniqueName } from '../servers/describe-servers.ts';
import { testJob } from '../servers/job.ts';
import { createWorld, queueEnvironment } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { runWorker } from '../servers/worker.ts';

const JOBS = 200;
/** Several workers are started, each of which loads an agent. */
const timeout = 300_000;

describeServers('two executors on one NATS', (servers) => {
  let nats: NatsConnection;
  let manager: JetStreamManager;
  const worlds: World[] = [];
  beforeAll(async () => {
    nats = await connect({ servers: servers.nats });
    manager = await jetstreamManager(nats);
  });
  afterAll(async () => {
    for (const world of worlds) await world.close();
    await nats.close();
  });

  const world = async (executor: string, more: Record<string, string> = {}): Promise<World> => {
    const made = await createWorld(servers, { EXECUTOR: executor, WORKER_CONCURRENCY: '20', ...more });
    worlds.push(made);
    return made;
  };

  test('the second on the same names is refused in words, and takes no job', { timeout }, async () => {
    const first = await world('shop/agent-executor');
    const worker = await first.worker();
    await worker.ready();
    const same = queueEnvironment(first.names);
    const second = await world('bank/agent-executor');
    const ensured = await runWorker(['ensure-stream'], { ...second.env, ...same });
    const says =
      `stream ${first.names.stream} belongs to AgentExecutor shop/agent-executor: ` +
      `give this executor a subject prefix of its own (spec.nats.subjectPrefix, NATS_SUBJECT_PREFIX)`;
    expect(ensured.output).toContain(says);
    expect(ensured.code).toBe(20);

    const stranger = await second.worker(same);
    const reason = await until('the second says why', async () => {
      const { services } = (await (await fetch(`${stranger.url}/ready`)).json()) as {
        services: Record<string, string>;
      };
      return services['nats']?.includes('belongs to') ? services['nats'] : undefined;
    });
    expect(reason).toContain(says);

    const jobs = Array.from({ length: 5 }, () => testJob({ text: 'done' }));
    for (const job of jobs) await first.publish(job);
    for (const { jobId } of jobs) await first.result(jobId);
    expect(await Promise.all(jobs.map(({ jobId }) => second.status(jobId)))).toEqual(
      jobs.map(() => undefined),
    );
  });

  test(
    'a claim of the same name elsewhere is refused while the first one is at work, and let in when it is gone',
    { timeout },
    async () => {
      const first = await world('shop/agent', { EXECUTOR_UID: 'one' });
      const worker = await first.worker();
      await worker.ready();
      const again = { ...first.env, EXECUTOR_UID: 'two' };
      await until(
        'its workers pull',
        async () => (await manager.consumers.info(first.names.stream, first.names.consumer)).num_waiting > 0,
      );
      expect((await runWorker(['ensure-stream'], again)).code).toBe(20);
      worker.signal('SIGTERM');
      await worker.exited();
      await until(
        'nobody pulls any more',
        async () =>
          (await manager.consumers.info(first.names.stream, first.names.consumer)).num_waiting === 0,
      );
      expect((await runWorker(['ensure-stream'], again)).code).toBe(0);
      const { metadata } = (await manager.streams.info(first.names.stream)).config;
      expect(metadata).toMatchObject({ 'zerotouch.bizmatters.io/uid': 'two' });
    },
  );

  test(`with prefixes of their own both run ${JOBS} jobs, and nothing crosses`, { timeout }, async () => {
    const names = () => {
      const prefix = uniqueName('tenant');
      return {
        NATS_SUBJECT_PREFIX: prefix,
        NATS_STREAM_NAME: '',
        NATS_CONSUMER_GROUP: '',
        NATS_STATUS_STREAM_NAME: '',
        NATS_DEAD_STREAM_NAME: '',
      };
    };
    const tenants = await Promise.all(
      ['shop/agent', 'bank/agent'].map((executor) => world(executor, names())),
    );
    for (const tenant of tenants) await (await tenant.worker()).ready();
    // The same ids on both sides: what is told apart is told apart by whose it is, not by luck.
    const jobs = Array.from({ length: JOBS }, () => testJob({ text: 'done' }));
    await Promise.all(tenants.map(async (tenant) => Promise.all(jobs.map((job) => tenant.publish(job)))));
    for (const tenant of tenants) await tenant.settled(120);
    const counted = await Promise.all(
      tenants.map(async (tenant) => {
        const results = await tenant.results();
        return {
          results: results.length,
          jobs: new Set(results.map(({ jobId }) => jobId)).size,
          completed: results.filter(({ subject }) => subject === `${tenant.names.prefix}.status.completed`)
            .length,
          dead: (await tenant.deadLetters()).length,
        };
      }),
    );
    expect(counted).toEqual(tenants.map(() => ({ results: JOBS, jobs: JOBS, completed: JOBS, dead: 0 })));
  });
});
