import { jetstreamManager } from '@nats-io/jetstream';
import type { ConsumerConfig, StreamConfig } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { object, text } from '../../functions/composition/read.ts';
import { parseDuration } from '../../worker/jobs/rules/duration.ts';
import { openNats } from '../../worker/adapters/nats/connection.ts';
import { natsQueue } from '../../worker/adapters/nats/queue.ts';
import { derivedNames } from '../../worker/streams.ts';
import { call, claim, objectOf } from '../functions/call.ts';
import { describeServers, uniqueName } from '../servers/describe-servers.ts';

/** What NACK asks of NATS for the spec of a Stream or Consumer: its own names, its durations as nanoseconds. */
function config(spec: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(names).flatMap(([theirs, ours]) => {
      const value = spec[theirs];
      if (value === undefined) return [];
      if (theirs === 'subjectTransform') {
        const { source, dest } = object(value);
        return [[ours, { src: source ?? '', dest: dest ?? '' }]];
      }
      const ms = typeof value === 'string' ? parseDuration(value) : undefined;
      return [[ours, ms === undefined ? value : ms * 1_000_000]];
    }),
  );
}

const streamFields = {
  name: 'name',
  subjects: 'subjects',
  retention: 'retention',
  discard: 'discard',
  storage: 'storage',
  replicas: 'num_replicas',
  maxMsgs: 'max_msgs',
  maxMsgsPerSubject: 'max_msgs_per_subject',
  maxAge: 'max_age',
  duplicateWindow: 'duplicate_window',
  metadata: 'metadata',
  subjectTransform: 'subject_transform',
};
const consumerFields = {
  durableName: 'durable_name',
  filterSubject: 'filter_subject',
  ackPolicy: 'ack_policy',
  ackWait: 'ack_wait',
  deliverPolicy: 'deliver_policy',
  maxDeliver: 'max_deliver',
  maxAckPending: 'max_ack_pending',
  maxWaiting: 'max_waiting',
  replayPolicy: 'replay_policy',
  metadata: 'metadata',
};

describeServers('what is composed for NACK', (servers) => {
  test('is what the worker asks for', async () => {
    const prefix = uniqueName('nack');
    const spec = {
      image: 'registry.example/worker:v1',
      stream: { management: 'nack' },
      nats: { subjectPrefix: prefix },
    };
    const response = call(claim('AgentExecutor', spec));
    const link = openNats({ servers: [servers.nats], login: { kind: 'none' }, tls: undefined }, 'nack');
    const derived = derivedNames(prefix);
    const queue = natsQueue(link, {
      names: {
        prefix,
        stream: derived.NATS_STREAM_NAME,
        consumer: derived.NATS_CONSUMER_GROUP,
        statusStream: derived.NATS_STATUS_STREAM_NAME,
        deadStream: derived.NATS_DEAD_STREAM_NAME,
      },
      ackWaitMs: 30_000,
      owner: () => Promise.resolve({ executor: 'shop/orders', uid: undefined, database: undefined }),
    });
    const manager = await jetstreamManager(await link.connected);
    for (const key of ['stream', 'status-stream', 'dead-stream'])
      await manager.streams.add(
        config(object(objectOf(response, key)['spec']), streamFields) as Partial<StreamConfig> & {
          name: string;
        },
      );
    const consumer = object(objectOf(response, 'consumer')['spec']);
    await manager.consumers.add(
      text(consumer['streamName']),
      config(consumer, consumerFields) as Partial<ConsumerConfig>,
    );
    await expect(queue.check()).resolves.toBeUndefined();
    for (const name of [
      derived.NATS_STREAM_NAME,
      derived.NATS_STATUS_STREAM_NAME,
      derived.NATS_DEAD_STREAM_NAME,
    ])
      await manager.streams.delete(name);
    await queue.close();
  });
});
