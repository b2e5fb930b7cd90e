import type { JetStreamManager } from '@nats-io/jetstream';
import { hindrance } from './difference.ts';
import { assertOurs, findConsumer, findStream, isOwn, streamOf } from './find-queue.ts';
import { judgeConsumer } from './judge-consumer.ts';
import { judgeStream } from './judge-stream.ts';
import { belonging, ownerMetadata } from './owner.ts';
import type { QueueOwner } from './owner.ts';
import { wantedConsumer, wantedStreams } from './streams.ts';
import type { QueueNames } from './streams.ts';

/** Throws unless a stream keeps what is published on each of these subjects. */
async function checkPublishing(manager: JetStreamManager, names: QueueNames): Promise<void> {
  for (const wanted of wantedStreams(names)) {
    if (wanted.name === names.stream) continue;
    const [subject = ''] = wanted.subjects;
    const found = await streamOf(manager, subject);
    if (!found) throw new Error(`no stream stores ${subject}: run \`worker ensure-stream\``);
    const differences = judgeStream({ found, wanted: { ...wanted, name: found.name } });
    const wrong = hindrance(`stream ${found.name}`, differences);
    if (wrong !== undefined) throw new Error(wrong);
  }
}

/** Writes whose they are on stream and consumer. Needs more rights than a worker has to have. */
async function mark(manager: JetStreamManager, names: QueueNames, owner: QueueOwner): Promise<void> {
  const marks = ownerMetadata(owner);
  const [stream, consumer] = [await findStream(manager, names.stream), await findConsumer(manager, names)];
  if (stream && isOwn(stream, names) && !isMarked(stream.metadata, owner))
    await manager.streams.update(names.stream, { metadata: { ...stream.metadata, ...marks } });
  if (consumer && !isMarked(consumer.config.metadata, owner))
    await manager.consumers.update(names.stream, names.consumer, {
      metadata: { ...consumer.config.metadata, ...marks },
    });
}

function isMarked(metadata: Readonly<Record<string, string>> | undefined, owner: QueueOwner): boolean {
  const whose = belonging(metadata, owner);
  return whose.kind === 'ours' && whose.marked;
}

/**
 * Throws, naming what is wrong and what mends it, unless the consumer serves this worker, is nobody else's, and a stream stores
 * each kind of event that it publishes.
 */
export async function checkQueue(
  manager: JetStreamManager,
  names: QueueNames,
  ackWaitMs: number,
  owner: QueueOwner,
): Promise<void> {
  const stream = await findStream(manager, names.stream);
  if (!stream) throw new Error(`stream ${names.stream} does not exist: run \`worker ensure-stream\``);
  const consumer = await findConsumer(manager, names);
  assertOurs(names, owner, stream, consumer);
  const [wanted] = wantedStreams(names);
  const asked = wantedConsumer(names, ackWaitMs);
  const wrong =
    (wanted && hindrance(`stream ${stream.name}`, judgeStream({ found: stream, wanted }))) ??
    (consumer &&
      hindrance(
        `consumer ${names.consumer}`,
        judgeConsumer({ names, stream, found: consumer.config, wanted: asked, ours: false }),
      ));
  if (wrong !== undefined) throw new Error(wrong);
  if (!consumer)
    throw new Error(`stream ${names.stream} has no consumer ${names.consumer}: run \`worker ensure-stream\``);
  await checkPublishing(manager, names);
}

/** Marks stream and consumer once, as far as this worker may: where it may not, they stay as they are. */
export function marker(names: QueueNames): (manager: JetStreamManager, owner: QueueOwner) => Promise<void> {
  let tried = false;
  return async (manager, owner) => {
    if (tried || Object.keys(ownerMetadata(owner)).length === 0) return;
    tried = true;
    await mark(manager, names, owner).catch(() => {});
  };
}
