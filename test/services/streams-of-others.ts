import { AckPolicy, DeliverPolicy, DiscardPolicy, ReplayPolicy, RetentionPolicy } from '@nats-io/jetstream';
import type { ConsumerConfig, StreamConfig } from '@nats-io/jetstream';

const S = 1_000_000_000;
const H = 3_600 * S;

interface Found {
  readonly stream: Partial<StreamConfig>;
  readonly consumer: Partial<ConsumerConfig>;
  /** Further streams, by what their names end in. */
  readonly others?: Readonly<Record<string, Partial<StreamConfig>>>;
}

/** A stream and a consumer that somebody made before us. */
export interface StreamOfOthers {
  readonly reason: string;
  readonly found: (prefix: string) => Found;
}

/** As `nats consumer add --pull --deliver all --max-deliver=-1 --ack explicit --replay instant` makes one. */
const bySeed: Partial<ConsumerConfig> = {
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  replay_policy: ReplayPolicy.Instant,
  max_deliver: -1,
};
const jobs = (prefix: string): Partial<StreamConfig> => ({ subjects: [`${prefix}.execute.*`] });

/** Each is taken as it is. */
export const works: readonly StreamOfOthers[] = [
  {
    reason: "the seeds': a stream of jobs, a consumer with no filter",
    found: (prefix) => ({ stream: { ...jobs(prefix), max_age: 24 * H }, consumer: bySeed }),
  },
  {
    reason: "the predecessor's: a work queue, an ack wait of five minutes",
    found: (prefix) => ({
      stream: { ...jobs(prefix), retention: RetentionPolicy.Workqueue, max_age: 24 * H },
      consumer: { ...bySeed, ack_wait: 300 * S },
    }),
  },
  {
    reason: "NACK's: the subjects of a whole platform, the consumer with a filter",
    found: (prefix) => ({
      stream: { subjects: [`${prefix}.>`], discard: DiscardPolicy.Old, max_bytes: 1 << 30 },
      consumer: {
        ...bySeed,
        filter_subject: `${prefix}.execute.*`,
        ack_wait: 120 * S,
        max_ack_pending: 1000,
      },
    }),
  },
  {
    reason: 'a wider wildcard than ours, which nobody else uses',
    found: (prefix) => ({
      stream: { subjects: [`${prefix}.execute.>`] },
      consumer: { ...bySeed, filter_subject: `${prefix}.execute.>` },
    }),
  },
  {
    reason: 'a filter that is wide, on a stream that holds only our jobs',
    found: (prefix) => ({ stream: jobs(prefix), consumer: { ...bySeed, filter_subject: `${prefix}.>` } }),
  },
  {
    reason: 'several filters, one of which takes all jobs',
    found: (prefix) => ({
      stream: { subjects: [`${prefix}.execute.*`, `${prefix}.execute.*.urgent`] },
      consumer: { ...bySeed, filter_subjects: [`${prefix}.execute.*`, `${prefix}.execute.*.urgent`] },
    }),
  },
  {
    reason: 'a stream of several executors, each with a filter of its own',
    found: (prefix) => ({
      stream: {
        subjects: [`${prefix}.execute.*`, `${prefix}x.execute.*`],
        retention: RetentionPolicy.Workqueue,
      },
      consumer: { ...bySeed, filter_subject: `${prefix}.execute.*` },
    }),
  },
  {
    reason: 'more deliveries than a long outage takes, few at a time, new jobs only',
    found: (prefix) => ({
      stream: jobs(prefix),
      consumer: { ...bySeed, max_deliver: 1000, max_ack_pending: 2, deliver_policy: DeliverPolicy.New },
    }),
  },
  {
    reason: 'results and dead letters in one stream under another name',
    found: (prefix) => ({
      stream: jobs(prefix),
      consumer: bySeed,
      others: { EVENTS: { subjects: [`${prefix}.status.>`, `${prefix}.dead`] } },
    }),
  },
];

export interface Refused extends StreamOfOthers {
  /** What is said, with `PREFIX`, `STREAM` and `CONSUMER` in place of the names. */
  readonly says: string;
  /** Whether `ensure-stream` mends it by itself. */
  readonly mended: boolean;
}

export const refused: readonly Refused[] = [
  {
    reason: 'no filter on a stream that holds more than jobs: results would come back as jobs',
    found: (prefix) => ({ stream: { subjects: [`${prefix}.>`] }, consumer: bySeed }),
    says: 'it also delivers PREFIX.>, which are no jobs of this executor: run `nats consumer edit STREAM CONSUMER --filter',
    mended: false,
  },
  {
    reason: "another's subjects beside ours",
    found: (prefix) => ({
      stream: { subjects: [`${prefix}.execute.*`, `${prefix}x.orders.*`] },
      consumer: { ...bySeed, filter_subjects: [`${prefix}.execute.*`, `${prefix}x.orders.*`] },
    }),
    says: 'it also delivers PREFIXx.orders.*, which are no jobs of this executor',
    mended: false,
  },
  {
    reason: 'a filter that is too narrow: jobs over HTTP would never run',
    found: (prefix) => ({
      stream: jobs(prefix),
      consumer: { ...bySeed, filter_subject: `${prefix}.execute.a` },
    }),
    says: 'jobs on other subjects of PREFIX.execute.* would never be delivered',
    mended: false,
  },
  {
    reason: "KEDA's example: three deliveries, which a restart of PostgreSQL uses up",
    found: (prefix) => ({ stream: jobs(prefix), consumer: { ...bySeed, max_deliver: 3 } }),
    says: 'was delivered 3 times while PostgreSQL was away would never come again: run `worker ensure-stream` or `nats consumer edit STREAM CONSUMER --max-deliver=-1 -f`',
    mended: true,
  },
  {
    reason: "a NACK consumer with the CRD's default ack wait of a nanosecond",
    found: (prefix) => ({ stream: jobs(prefix), consumer: { ...bySeed, ack_wait: 1 } }),
    says: 'jobs would be delivered again while they run',
    mended: true,
  },
  {
    reason: 'a backoff that begins far below the lease',
    found: (prefix) => ({
      stream: jobs(prefix),
      consumer: { ...bySeed, max_deliver: 200, backoff: [S, 10 * S] },
    }),
    says: 'jobs would be delivered again while they run: run `worker ensure-stream` or `nats consumer edit STREAM CONSUMER --backoff none --wait 30s -f`',
    mended: true,
  },
  {
    reason: "a NACK consumer with the CRD's default of no acknowledgement",
    found: (prefix) => ({ stream: jobs(prefix), consumer: { ...bySeed, ack_policy: AckPolicy.None } }),
    says: 'a job would be gone with its delivery',
    mended: false,
  },
  {
    reason: 'acknowledging one acknowledges all before it',
    found: (prefix) => ({ stream: jobs(prefix), consumer: { ...bySeed, ack_policy: AckPolicy.All } }),
    says: 'the end of one job would acknowledge all jobs before it: run `nats consumer rm STREAM CONSUMER -f && nats consumer add',
    mended: false,
  },
  {
    reason: 'a push consumer',
    found: (prefix) => ({ stream: jobs(prefix), consumer: { ...bySeed, deliver_subject: `${prefix}.push` } }),
    says: 'it pushes messages, and workers pull them',
    mended: false,
  },
  {
    reason: 'headers only',
    found: (prefix) => ({ stream: jobs(prefix), consumer: { ...bySeed, headers_only: true } }),
    says: 'jobs would come without their body',
    mended: true,
  },
  {
    reason: 'pulls that may not wait',
    found: (prefix) => ({ stream: jobs(prefix), consumer: { ...bySeed, max_expires: S } }),
    says: 'a pull of 5 s would be refused',
    mended: true,
  },
  {
    reason: 'a stream that stores other subjects',
    found: (prefix) => ({ stream: { subjects: [`${prefix}.execute.a`] }, consumer: bySeed }),
    says: 'nothing published on PREFIX.execute.* would be kept',
    mended: true,
  },
  {
    reason: 'one message a subject: each job over HTTP would push the one before it out',
    found: (prefix) => ({ stream: { ...jobs(prefix), max_msgs_per_subject: 1 }, consumer: bySeed }),
    says: 'messages of one subject would push each other out',
    mended: true,
  },
  {
    reason: 'a stream that acknowledges nothing',
    found: (prefix) => ({ stream: { ...jobs(prefix), no_ack: true }, consumer: bySeed }),
    says: 'nobody who publishes would ever know that a message is kept',
    mended: true,
  },
];
