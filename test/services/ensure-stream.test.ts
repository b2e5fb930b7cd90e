import { RetentionPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { ConsumerInfo, JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { QueueNames } from '../../worker/adapters/nats/streams.ts';
import { until } from '../engine/until.ts';
import { describeServers, uniqueNames } from '../servers/describe-servers.ts';
import { lateServer } from '../servers/late-server.ts';
import { runWorker } from '../servers/worker.ts';
import { queueEnvironment } from '../servers/world.ts';

const NANOS = 1_000_000_000;

describeServers('worker ensure-stream', (servers) => {
  let nats: NatsConnection;
  let manager: JetStreamManager;
  let names: QueueNames;
  const made: QueueNames[] = [];
  beforeAll(async () => {
    nats = await connect({ servers: servers.nats });
    manager = await jetstreamManager(nats);
  });
  beforeEach(() => {
    names = uniqueNames();
    made.push(names);
  });
  afterAll(async () => {
    for (const { stream, statusStream, deadStream } of made)
      for (const name of [stream, statusStream, deadStream])
        await manager.streams.delete(name).catch(() => {});
    await nats.close();
  });

  const ensure = (more: Record<string, string> = {}, ...flags: string[]) =>
    runWorker(['ensure-stream', ...flags], {
      NATS_URL: servers.nats,
      ...queueEnvironment(names),
      ...more,
    });
  const stream = async (name: string): Promise<StreamInfo['config']> =>
    (await manager.streams.info(name)).config;
  const consumer = async (): Promise<ConsumerInfo['config']> =>
    (await manager.consumers.info(names.stream, names.consumer)).config;

  test('creates the stream and the consumer that the design asks for', async () => {
    const { code, output } = await ensure();
    expect(output).toContain(`stream ${names.stream}: created`);
    expect(code).toBe(0);
    expect(await stream(names.stream)).toMatchObject({
      subjects: [`${names.prefix}.execute.*`, `${names.prefix}.resume.*`],
      retention: 'limits',
      max_msgs: -1,
      max_age: 24 * 3600 * NANOS,
      storage: 'file',
      num_replicas: 1,
      discard: 'old',
    });
    expect(await consumer()).toMatchObject({
      durable_name: names.consumer,
      deliver_policy: 'all',
      max_deliver: -1,
      ack_policy: 'explicit',
      replay_policy: 'instant',
      ack_wait: 30 * NANOS,
      filter_subject: `${names.prefix}.execute.*`,
    });
    expect(await consumer()).not.toHaveProperty('deliver_subject');
    expect((await stream(names.statusStream)).subjects).toEqual([`${names.prefix}.status.*`]);
    expect((await stream(names.deadStream)).subjects).toEqual([`${names.prefix}.dead`]);
  });

  test.each([
    { reason: 'as it makes it', found: undefined },
    { reason: 'that an earlier version has made', found: { subjects: ['PREFIX.execute.*'] } },
    {
      reason: 'that keeps answers, which nobody reads',
      found: { subjects: ['PREFIX.execute.*', 'PREFIX.resume.*'] },
    },
  ])('a stream $reason keeps an answer as a job', async ({ found }) => {
    const named = found?.subjects.map((subject) => subject.replace('PREFIX', names.prefix));
    if (named) await manager.streams.add({ name: names.stream, subjects: named });
    const { code, output } = await ensure();
    expect(code, output).toBe(0);
    await jetstream(nats).publish(`${names.prefix}.resume.a`, '{}');
    const kept = await manager.streams.getMessage(names.stream, { seq: 1 });
    expect(kept?.subject).toBe(`${names.prefix}.execute.a`);
    expect((await ensure()).output.match(/: unchanged/g)).toHaveLength(4);
  });

  test('leaves a stream that makes something else of its subjects, and says so', async () => {
    const transform = { src: `${names.prefix}.execute.*`, dest: `${names.prefix}.execute.{{wildcard(1)}}` };
    await manager.streams.add({
      name: names.stream,
      subjects: [`${names.prefix}.execute.*`],
      subject_transform: transform,
    });
    const { code, output } = await ensure();
    expect(code).toBe(0);
    expect(output).toContain('subject_transform is');
    expect((await stream(names.stream)).subject_transform).toEqual(transform);
  });

  test('run again, it finds nothing to do', async () => {
    await ensure();
    const { code, output } = await ensure();
    expect(code).toBe(0);
    expect(output.match(/: unchanged/g)).toHaveLength(4);
  });

  test('two at once both succeed', async () => {
    const [one, two] = await Promise.all([ensure(), ensure()]);
    expect([one.code, two.code], one.output + two.output).toEqual([0, 0]);
  });

  test('makes changes that lose nothing: a shorter age and a missing subject', async () => {
    await manager.streams.add({
      name: names.statusStream,
      subjects: [`${names.prefix}.other`],
      max_age: 3600 * NANOS,
    });
    const { code, output } = await ensure();
    expect(code).toBe(0);
    expect(output).toContain(`stream ${names.statusStream}: updated`);
    const found = await stream(names.statusStream);
    expect(found.subjects.toSorted()).toEqual([`${names.prefix}.other`, `${names.prefix}.status.*`]);
    expect(found.max_age).toBe(24 * 3600 * NANOS);
  });

  test('reports what it does not change: another retention, an age that is longer', async () => {
    await manager.streams.add({
      name: names.stream,
      subjects: [`${names.prefix}.execute.*`],
      retention: RetentionPolicy.Workqueue,
      max_age: 7 * 24 * 3600 * NANOS,
    });
    const { code, output } = await ensure();
    expect(code).toBe(0);
    expect(output).toContain('retention is "workqueue", expected "limits"; left as it is: it works');
    expect((await stream(names.stream)).max_age).toBe(7 * 24 * 3600 * NANOS);
  });

  test('follows the lease of the workers', async () => {
    await ensure();
    await ensure({ LEASE_DURATION: '10s' });
    expect((await consumer()).ack_wait).toBe(10 * NANOS);
  });

  test('does not touch a consumer that cannot work, and fails', async () => {
    await manager.streams.add({ name: names.stream, subjects: [`${names.prefix}.execute.*`] });
    await manager.consumers.add(names.stream, {
      durable_name: names.consumer,
      filter_subject: `${names.prefix}.execute.a`,
    });
    const { code, output } = await ensure();
    expect(code).toBe(1);
    expect(output).toContain('the worker cannot run with it: change it by hand');
  });

  test('without a server it ends with the reason', async () => {
    const { code, output } = await ensure({ NATS_URL: 'nats://127.0.0.1:1' }, '--wait', '0');
    expect(code).toBe(1);
    expect(output).toContain('cannot set up the streams');
  });

  test('a server that comes late is waited for', async () => {
    const late = await lateServer(new URL(servers.nats));
    let told = '';
    const ensuring = runWorker(
      ['ensure-stream'],
      { NATS_URL: `nats://127.0.0.1:${late.port}`, ...queueEnvironment(names) },
      (output) => (told = output),
    );
    await until('it waits', async () => told.includes('waiting for NATS'));
    await late.open();
    const { code, output } = await ensuring;
    await late.close();
    expect(output).toMatch(/^waiting for NATS: not connected to NATS: .*ECONNREFUSED/);
    expect(output.match(/waiting/g)).toHaveLength(1);
    expect(output).toContain(`stream ${names.stream}: created`);
    expect(code).toBe(0);
  });
});
