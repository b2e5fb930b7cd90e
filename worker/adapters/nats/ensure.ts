import type { ConsumerConfig, JetStreamManager, StreamConfig } from '@nats-io/jetstream';
import type { Difference } from './difference.ts';
import { canTransform, forAnswers, lacksAnswers } from './answers.ts';
import { assertOurs, findConsumer, findStream, isOwn, streamOf } from './find-queue.ts';
import { judgeConsumer } from './judge-consumer.ts';
import { judgeStream, storedSubjects } from './judge-stream.ts';
import type { WantedStream } from './judge-stream.ts';
import { MADE_HERE, belonging, isMadeHere, ownerMetadata } from './owner.ts';
import type { QueueOwner } from './owner.ts';
import { subjects, wantedConsumer, wantedStreams } from './streams.ts';
import type { QueueNames, StreamSettings } from './streams.ts';
import { includes } from './subject-patterns.ts';

/** What was found and done about one stream or consumer. */
export interface Ensured {
  readonly what: string;
  readonly done: 'created' | 'updated' | 'unchanged';
  /** What still differs. */
  readonly differences: readonly Difference[];
}

/** What `ensureQueue` goes by. */
export interface QueueWanted {
  readonly names: QueueNames;
  readonly ackWaitMs: number;
  readonly owner: QueueOwner;
  readonly streams: StreamSettings;
  /** Version of the server. */
  readonly version: string | undefined;
}

function changesOf(differences: readonly Difference[]): Record<string, unknown> {
  return Object.assign({}, ...differences.map(({ change }) => change ?? {})) as Record<string, unknown>;
}

/** The marks that are missing; nothing when they are all there. */
function marking(found: { metadata?: Record<string, string> }, owner: QueueOwner): Record<string, unknown> {
  const whose = belonging(found.metadata, owner);
  const marks = ownerMetadata(owner);
  if ((whose.kind === 'ours' && whose.marked) || Object.keys(marks).length === 0) return {};
  return { metadata: { ...found.metadata, ...marks } };
}

function outcome(what: string, differences: readonly Difference[], changes: object): Ensured {
  const done = Object.keys(changes).length > 0 ? 'updated' : 'unchanged';
  return { what, done, differences: differences.filter(({ verdict }) => verdict !== 'update') };
}

/** Another stream that stores some of the subjects already: a server keeps each subject in one stream only. */
async function occupant(
  manager: JetStreamManager,
  wanted: WantedStream,
): Promise<{ readonly config: StreamConfig; readonly whole: boolean } | undefined> {
  for (const subject of wanted.subjects) {
    const config = await streamOf(manager, subject);
    if (!config || config.name === wanted.name) continue;
    const stored = storedSubjects(config);
    return { config, whole: wanted.subjects.every((one) => stored.some((each) => includes(each, one))) };
  }
  return undefined;
}

function occupied({ name, subjects }: WantedStream, { name: other }: StreamConfig): Error {
  return new Error(
    `cannot make stream ${name}: stream ${other} stores ${subjects.join(', ')} already, in whole or in part, and a subject is ` +
      `in one stream only: name that stream, or give this executor a subject prefix of its own`,
  );
}

/** What a stream of jobs that is there lacks for answers, where its server can keep them as jobs. */
async function lackedAnswers(
  manager: JetStreamManager,
  { names, version }: QueueWanted,
  found: StreamConfig,
): Promise<readonly Difference[]> {
  if (found.name !== names.stream || !canTransform(version)) return [];
  const keeper = await streamOf(manager, subjects.answers(names.prefix));
  const mayChange = isOwn(found, names) && (keeper === undefined || keeper.name === found.name);
  return [lacksAnswers(names, found, mayChange) ?? []].flat();
}

async function ensureStream(
  manager: JetStreamManager,
  asked: QueueWanted,
  wanted: WantedStream,
): Promise<Ensured> {
  const { names, owner, version } = asked;
  const what = `stream ${wanted.name}`;
  const found = await findStream(manager, wanted.name);
  const judged = found ? judgeStream({ found, wanted }) : [];
  const mended = found && { ...found, ...changesOf(judged) };
  const differences = [...judged, ...(mended ? await lackedAnswers(manager, asked, mended) : [])];
  const lacking = !found || differences.some(({ field }) => field === 'subjects');
  const other = lacking ? await occupant(manager, wanted) : undefined;
  if (other) {
    // Results and dead letters may be kept wherever somebody wants them; jobs are pulled from the stream that was named.
    if (!other.whole || wanted.name === names.stream) throw occupied(wanted, other.config);
    const instead = { ...wanted, name: other.config.name };
    const rest = judgeStream({ found: other.config, wanted: instead });
    return outcome(`stream ${other.config.name}, in place of ${wanted.name}`, rest, {});
  }
  if (!found) {
    const answers =
      wanted.name === names.stream && canTransform(version) ? forAnswers(names, wanted.subjects) : {};
    const metadata = { ...MADE_HERE, ...ownerMetadata(owner) };
    await manager.streams.add({ ...wanted, ...answers, metadata });
    return { what, done: 'created', differences: [] };
  }
  const changed = { ...found, ...changesOf(differences) };
  const changes = {
    ...changesOf(differences),
    ...(isOwn(changed, names) ? marking(found, owner) : {}),
  };
  if (Object.keys(changes).length > 0) await manager.streams.update(wanted.name, changes);
  return outcome(what, differences, changes);
}

async function ensureConsumer(
  manager: JetStreamManager,
  { names, ackWaitMs, owner }: QueueWanted,
  stream: StreamConfig,
  found: ConsumerConfig | undefined,
): Promise<Ensured> {
  const what = `consumer ${names.consumer}`;
  const wanted = wantedConsumer(names, ackWaitMs);
  if (!found) {
    await manager.consumers.add(names.stream, {
      ...wanted,
      metadata: { ...MADE_HERE, ...ownerMetadata(owner) },
    });
    return { what, done: 'created', differences: [] };
  }
  const ours = isMadeHere(found.metadata);
  const differences = judgeConsumer({ names, stream, found, wanted, ours });
  const changes = { ...changesOf(differences), ...marking(found, owner) };
  if (Object.keys(changes).length > 0) await manager.consumers.update(names.stream, names.consumer, changes);
  return outcome(what, differences, changes);
}

/**
 * Creates what is missing and changes what can be changed without losing anything. Safe to run again, and by many.
 *
 * @throws NamesTaken when what is there belongs to another executor: nothing of it is touched then
 */
export async function ensureQueue(manager: JetStreamManager, wanted: QueueWanted): Promise<Ensured[]> {
  const { names, owner } = wanted;
  const streams = wantedStreams(names, wanted.streams);
  for (const { name } of streams) {
    const stream = await findStream(manager, name);
    const consumer = name === names.stream && stream ? await findConsumer(manager, names) : undefined;
    if (stream) assertOurs(names, owner, stream, consumer);
  }
  const done: Ensured[] = [];
  for (const stream of streams) done.push(await ensureStream(manager, wanted, stream));
  const stream = await findStream(manager, names.stream);
  if (!stream) throw new Error(`stream ${names.stream} was removed while it was being set up`);
  const consumer = await findConsumer(manager, names);
  done.push(await ensureConsumer(manager, wanted, stream, consumer?.config));
  return done;
}
