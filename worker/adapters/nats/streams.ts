import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';

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
  /** Jobs that came over HTTP, and jobs whose message got lost. */
  resubmitted: (prefix: string): string => `${prefix}.execute.http`,
  status: (prefix: string, status: string): string => `${prefix}.status.${status}`,
  dead: (prefix: string): string => `${prefix}.dead`,
};

const limits = {
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.Old,
  max_msgs: -1,
  num_replicas: 1,
};

/** The three streams: jobs for a day, results for a day, dead letters for thirty. */
export function wantedStreams(
  names: QueueNames,
): readonly (Partial<StreamConfig> & { name: string; subjects: string[] })[] {
  return [
    {
      ...limits,
      name: names.stream,
      subjects: [subjects.jobs(names.prefix)],
      max_age: DAY_MS * NANOS_PER_MS,
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

/** How something found differs from what is wanted. */
export interface Difference {
  readonly field: string;
  readonly found: unknown;
  readonly wanted: unknown;
  /** `update` is made, as it loses nothing; `keep` works as it is; `stop` does not work and needs a person. */
  readonly verdict: 'update' | 'keep' | 'stop';
}

type Verdict = (found: unknown, wanted: unknown) => Difference['verdict'] | undefined;

const same: Verdict = (found, wanted) => (found === wanted ? undefined : 'keep');
/** Longer or larger loses nothing; what is longer than wanted stays. */
const atLeast: Verdict = (found, wanted) => (Number(found) >= Number(wanted) ? undefined : 'update');
const required: Verdict = (found, wanted) => (found === wanted ? undefined : 'stop');
const covers: Verdict = (found, wanted) =>
  Array.isArray(found) && Array.isArray(wanted) && wanted.every((subject) => found.includes(subject))
    ? undefined
    : 'update';
const set: Verdict = (found, wanted) => (found === wanted ? undefined : 'update');
/** 0 is no age limit at all. */
const ageAtLeast: Verdict = (found, wanted) => (found === 0 ? undefined : atLeast(found, wanted));

const streamRules: Readonly<Record<string, Verdict>> = {
  subjects: covers,
  retention: same,
  storage: same,
  discard: same,
  max_msgs: same,
  num_replicas: same,
  max_age: ageAtLeast,
  duplicate_window: atLeast,
};

const consumerRules: Readonly<Record<string, Verdict>> = {
  ack_policy: required,
  deliver_policy: same,
  replay_policy: same,
  filter_subject: required,
  max_deliver: set,
  ack_wait: set,
  max_ack_pending: atLeast,
  max_waiting: same,
};

function differences(
  rules: Readonly<Record<string, Verdict>>,
  found: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): Difference[] {
  return Object.entries(rules).flatMap(([field, rule]) => {
    if (wanted[field] === undefined) return [];
    const verdict = rule(found[field], wanted[field]);
    return verdict ? [{ field, found: found[field], wanted: wanted[field], verdict }] : [];
  });
}

export function streamDifferences(found: StreamConfig, wanted: Partial<StreamConfig>): Difference[] {
  return differences(streamRules, { ...found }, { ...wanted });
}

export function consumerDifferences(found: ConsumerConfig, wanted: ConsumerConfig): Difference[] {
  return differences(consumerRules, { ...found }, { ...wanted });
}
