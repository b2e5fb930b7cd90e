import { jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openNats } from '../../worker/adapters/nats/connection.ts';
import type { NatsLink } from '../../worker/adapters/nats/connection.ts';
import { ensureQueue } from '../../worker/adapters/nats/ensure.ts';
import type { Ensured } from '../../worker/adapters/nats/ensure.ts';
import { natsQueue } from '../../worker/adapters/nats/queue.ts';
import { standardStreams } from '../../worker/adapters/nats/streams.ts';
import type { QueueNames } from '../../worker/adapters/nats/streams.ts';
import type { Queue } from '../../worker/ports.ts';
import { until } from '../engine/until.ts';
import { describeServers, uniqueNames } from '../servers/describe-servers.ts';
import { refused, works } from './streams-of-others.ts';
import type { Refused, StreamOfOthers } from './streams-of-others.ts';

const lease = 30_000;
const nobody = { executor: undefined, uid: undefined, database: undefined };

describeServers('streams and consumers that others made', (servers) => {
  const address = { servers: [servers.nats], login: { kind: 'none' as const }, tls: undefined };
  let nats: NatsConnection;
  let manager: JetStreamManager;
  let names: QueueNames;
  let link: NatsLink;
  let queue: Queue;
  beforeAll(async () => {
    nats = await connect({ servers: servers.nats });
    manager = await jetstreamManager(nats);
  });
  beforeEach(async () => {
    names = uniqueNames();
    link = openNats(address, 'worker');
    queue = natsQueue(link, { names, ackWaitMs: lease, owner: () => Promise.resolve(nobody) });
    await link.connected;
  });
  afterEach(async () => {
    await queue.close();
    for await (const { config } of manager.streams.list())
      if (config.subjects.some((subject) => subject.includes(names.prefix.split('_')[1] ?? '-')))
        await manager.streams.delete(config.name);
  });
  afterAll(() => nats.close());

  /** The last two streams are ours where the case has none of its own. */
  const make = async ({ found }: StreamOfOthers): Promise<void> => {
    const { stream, consumer, others = {} } = found(names.prefix);
    await manager.streams.add({ name: names.stream, ...stream });
    await manager.consumers.add(names.stream, { durable_name: names.consumer, ...consumer });
    for (const [name, config] of Object.entries(others))
      await manager.streams.add({ name: `${names.prefix}_${name}`, ...config });
    const kept = (subject: string) =>
      manager.streams.find(subject).then(
        () => true,
        () => false,
      );
    for (const [name, subject] of [
      [names.statusStream, `${names.prefix}.status.*`],
      [names.deadStream, `${names.prefix}.dead`],
    ] as const)
      if (!(await kept(subject))) await manager.streams.add({ name, subjects: [subject] });
  };
  const ensure = (): Promise<Ensured[]> =>
    ensureQueue(manager, {
      names,
      ackWaitMs: lease,
      owner: nobody,
      streams: standardStreams,
      version: nats.info?.version,
    });
  const settings = async (): Promise<unknown> => {
    const { metadata, ...config } = (await manager.consumers.info(names.stream, names.consumer)).config;
    return { metadata: Object.keys(metadata ?? {}).filter((key) => !key.startsWith('_nats')), ...config };
  };
  const runsOne = async (): Promise<void> => {
    const job = {
      id: names.prefix,
      subject: `${names.prefix}.execute.http`,
      headers: {},
      body: new Uint8Array([1]),
    };
    await queue.publish(job);
    const delivery = await until('the job comes', () => queue.next(new AbortController().signal, 1_000));
    expect(delivery.subject).toBe(job.subject);
    delivery.done();
  };

  test.each(works)('taken as it is: $reason', async (one) => {
    await make(one);
    await expect(queue.check()).resolves.toBeUndefined();
    await runsOne();
    const before = await settings();
    const ensured = await ensure();
    expect(
      ensured.flatMap(({ differences }) => differences.filter(({ verdict }) => verdict === 'stop')),
    ).toEqual([]);
    await expect(queue.check()).resolves.toBeUndefined();
    // What works is not brought to our own values, but for a limit that is easily raised.
    expect({ ...((await settings()) as object), max_ack_pending: 0, max_deliver: 0 }).toEqual({
      ...(before as object),
      max_ack_pending: 0,
      max_deliver: 0,
    });
  });

  const sayFor = ({ says }: Refused): string =>
    says
      .replaceAll('PREFIX', names.prefix)
      .replaceAll('STREAM', names.stream)
      .replaceAll('CONSUMER', names.consumer);

  test.each(refused.filter(({ mended }) => mended))('said in words and mended: $reason', async (one) => {
    await make(one);
    await expect(queue.check()).rejects.toThrow(sayFor(one));
    await ensure();
    await expect(queue.check()).resolves.toBeUndefined();
    await runsOne();
  });

  test.each(refused.filter(({ mended }) => !mended))('said in words and left alone: $reason', async (one) => {
    await make(one);
    await expect(queue.check()).rejects.toThrow(sayFor(one));
    await ensure();
    await expect(queue.check()).rejects.toThrow(sayFor(one));
  });

  test('a subject that another stream stores is not fought over', async () => {
    await manager.streams.add({ name: `${names.prefix}_ALL`, subjects: [`${names.prefix}.>`] });
    await expect(ensure()).rejects.toThrow(
      `cannot make stream ${names.stream}: stream ${names.prefix}_ALL stores ${names.prefix}.execute.* already`,
    );
  });
});
