import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import type { ConsumerConfig, StreamConfig } from '@nats-io/jetstream';

/** What the streams and subjects of one worker group are called. */
export interface QueueNames {
  readonly stream: string;
  readonly consumer: string;
  readonly statusStream: string;
  readonly deadStream: string;
  /** First token of every subject. */
  readonly prefix: string;
}

const NANOS_PER_MS = 1_000_000;
const DAY_MS = 24 * 60 * 60 * 1000;

export const subjects = {
  jobs: (prefix: string): string => `${prefix}.execute.*`,
  /** All that may be kept for jobs of this group; nobody else's come there. */
  anyJob: (prefix: string): string => `${prefix}.execute.>`,
  /** Answers to what jobs ask people: their stream keeps them as jobs, which they are. */
  answers: (prefix: string): string => `${prefix}.resume.*`,
  /** Jobs that came over HTTP, and jobs whose message got lost. */
  resubmitted: (prefix: string): string => `${prefix}.execute.http`,
  status: (prefix: string, status: string): string => `${prefix}.status.${status}`,
  dead: (prefix: string): string => `${prefix}.dead`,
};

/** What may be chosen about the streams. */
export interface StreamSettings {
  /** Servers that keep each. */
  readonly replicas: number;
  readonly storage: 'file' | 'memory';
  /** How long a job may wait for its first worker. */
  readonly maxAgeMs: number;
}

export const standardStreams: StreamSettings = { replicas: 1, storage: 'file', maxAgeMs: DAY_MS };

/** The three streams: jobs for a day, results for a day, dead letters for thirty. */
export function wantedStreams(
  names: QueueNames,
  { replicas, storage, maxAgeMs }: StreamSettings = standardStreams,
): readonly (Partial<StreamConfig> & { name: string; subjects: string[] })[] {
  const limits = {
    retention: RetentionPolicy.Limits,
    storage: storage === 'file' ? StorageType.File : StorageType.Memory,
    discard: DiscardPolicy.Old,
    max_msgs: -1,
    num_replicas: replicas,
  };
  return [
    {
      ...limits,
      name: names.stream,
      subjects: [subjects.jobs(names.prefix)],
      max_age: maxAgeMs * NANOS_PER_MS,
    },
    {
      ...limits,
      name: names.statusStream,
      subjects: [subjects.status(names.prefix, '*')],
      max_age: DAY_MS * NANOS_PER_MS,
      // A result that was published and not yet crossed off is published again after a crash, under the same id.
      duplicate_window: 10 * 60 * 1000 * NANOS_PER_MS,
    },
    {
      ...limits,
      name: names.deadStream,
      subjects: [subjects.dead(names.prefix)],
      max_age: 30 * DAY_MS * NANOS_PER_MS,
    },
  ];
}

/** The consumer that all workers of a group pull from. Attempts are counted in the store, so deliveries have no limit. */
export function wantedConsumer(names: QueueNames, ackWaitMs: number): ConsumerConfig {
  return {
    durable_name: names.consumer,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    replay_policy: ReplayPolicy.Instant,
    filter_subject: subjects.jobs(names.prefix),
    max_deliver: -1,
    ack_wait: ackWaitMs * NANOS_PER_MS,
    max_ack_pending: 1_000,
    // One waiting pull a free slot: room for a hundred workers of twenty.
    max_waiting: 2_048,
  };
}
