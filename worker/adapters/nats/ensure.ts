import {
  type ConsumerConfig,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import {
  type Difference,
  type QueueNames,
  consumerDifferences,
  streamDifferences,
  wantedConsumer,
  wantedStreams,
} from './streams.ts';

/** What was found and done about one stream or consumer. */
export interface Ensured {
  readonly what: string;
  readonly done: 'created' | 'updated' | 'unchanged';
  /** What still differs. */
  readonly differences: readonly Difference[];
}

async function orMissing<T>(code: number, ask: Promise<T>): Promise<T | undefined> {
  try {
    return await ask;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === code) return undefined;
    throw error;
  }
}

function split(found: readonly Difference[]): { updates: string[]; rest: Difference[] } {
  return {
    updates: found.filter((one) => one.verdict === 'update').map((one) => one.field),
    rest: found.filter((one) => one.verdict !== 'update'),
  };
}

async function ensureStream(
  manager: JetStreamManager,
  wanted: Partial<StreamConfig> & { name: string; subjects: string[] },
): Promise<Ensured> {
  const what = `stream ${wanted.name}`;
  const info = await orMissing(JetStreamApiCodes.StreamNotFound, manager.streams.info(wanted.name));
  if (!info) {
    await manager.streams.add(wanted);
    return { what, done: 'created', differences: [] };
  }
  const { updates, rest } = split(streamDifferences(info.config, wanted));
  if (updates.length === 0) return { what, done: 'unchanged', differences: rest };
  const fields: Record<string, unknown> = Object.fromEntries(
    Object.entries(wanted).filter(([key]) => updates.includes(key)),
  );
  // Subjects that somebody added are theirs to keep.
  if (updates.includes('subjects'))
    fields['subjects'] = [...new Set([...info.config.subjects, ...wanted.subjects])];
  await manager.streams.update(wanted.name, fields);
  return { what, done: 'updated', differences: rest };
}

async function ensureConsumer(
  manager: JetStreamManager,
  names: QueueNames,
  wanted: ConsumerConfig,
): Promise<Ensured> {
  const what = `consumer ${names.consumer}`;
  const info = await orMissing(
    JetStreamApiCodes.ConsumerNotFound,
    manager.consumers.info(names.stream, names.consumer),
  );
  if (!info) {
    await manager.consumers.add(names.stream, wanted);
    return { what, done: 'created', differences: [] };
  }
  const { updates, rest } = split(consumerDifferences(info.config, wanted));
  if (updates.length === 0) return { what, done: 'unchanged', differences: rest };
  const fields = Object.fromEntries(Object.entries(wanted).filter(([key]) => updates.includes(key)));
  await manager.consumers.update(names.stream, names.consumer, fields);
  return { what, done: 'updated', differences: rest };
}

/** Creates what is missing and changes what can be changed without losing anything. Safe to run again, and by many. */
export async function ensureQueue(
  manager: JetStreamManager,
  names: QueueNames,
  ackWaitMs: number,
): Promise<Ensured[]> {
  const done: Ensured[] = [];
  for (const wanted of wantedStreams(names)) done.push(await ensureStream(manager, wanted));
  done.push(await ensureConsumer(manager, names, wantedConsumer(names, ackWaitMs)));
  return done;
}
