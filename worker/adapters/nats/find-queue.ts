import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import type { ConsumerInfo, JetStreamManager, StreamConfig } from '@nats-io/jetstream';
import { shellWord } from './difference.ts';
import { storedSubjects } from './judge-stream.ts';
import { NamesTaken, belonging, freeingFlags } from './owner.ts';
import type { QueueOwner } from './owner.ts';
import { subjects } from './streams.ts';
import type { QueueNames } from './streams.ts';
import { includes } from './subject-patterns.ts';

async function orMissing<T>(code: number, ask: Promise<T>): Promise<T | undefined> {
  try {
    return await ask;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === code) return undefined;
    throw error;
  }
}

/** The configuration of a stream; undefined when there is none of this name. */
export async function findStream(manager: JetStreamManager, name: string): Promise<StreamConfig | undefined> {
  const info = await orMissing(JetStreamApiCodes.StreamNotFound, manager.streams.info(name));
  return info?.config;
}

export async function findConsumer(
  manager: JetStreamManager,
  { stream, consumer }: QueueNames,
): Promise<ConsumerInfo | undefined> {
  return orMissing(JetStreamApiCodes.ConsumerNotFound, manager.consumers.info(stream, consumer));
}

/** The stream that stores messages of this subject or pattern, whatever it is called. */
export async function streamOf(
  manager: JetStreamManager,
  subject: string,
): Promise<StreamConfig | undefined> {
  for await (const name of manager.streams.names(subject)) return findStream(manager, name);
  return undefined;
}

/** Whether a stream holds nothing but what is of this group, so that it may be marked as its own. */
export function isOwn(stream: StreamConfig, { prefix }: QueueNames): boolean {
  const own = [
    subjects.anyJob(prefix),
    subjects.answers(prefix),
    subjects.status(prefix, '>'),
    subjects.dead(prefix),
  ];
  return storedSubjects(stream).every((stored) => own.some((pattern) => includes(pattern, stored)));
}

/**
 * Throws NamesTaken when the stream or its consumer is somebody else's. A namesake that nobody pulls for any more is an earlier
 * life of this claim.
 */
export function assertOurs(
  names: QueueNames,
  owner: QueueOwner,
  stream: StreamConfig,
  consumer: ConsumerInfo | undefined,
): void {
  const parts = [
    {
      what: `stream ${stream.name}`,
      metadata: stream.metadata,
      command: `nats stream edit ${shellWord(stream.name)}`,
    },
    {
      what: `consumer ${names.consumer} of stream ${stream.name}`,
      metadata: consumer?.config.metadata,
      command: `nats consumer edit ${shellWord(stream.name)} ${shellWord(names.consumer)}`,
    },
  ];
  const inUse = (consumer?.num_waiting ?? 0) > 0;
  for (const { what, metadata, command } of parts) {
    const whose = belonging(metadata, owner);
    if (whose.kind === 'stranger' || (whose.kind === 'namesake' && inUse))
      throw new NamesTaken(what, whose.who, `${command} ${freeingFlags()} -f`);
  }
}
