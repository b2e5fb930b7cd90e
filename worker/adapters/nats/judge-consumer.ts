import type { ConsumerConfig, StreamConfig } from '@nats-io/jetstream';
import { shellWord } from './difference.ts';
import type { Difference } from './difference.ts';
import { storedSubjects } from './judge-stream.ts';
import { subjects } from './streams.ts';
import type { QueueNames } from './streams.ts';
import { includes, overlap } from './subject-patterns.ts';

/** A consumer as it was found, with the stream it reads and what is asked of it. */
interface Case {
  readonly names: QueueNames;
  readonly stream: StreamConfig;
  readonly found: ConsumerConfig;
  readonly wanted: ConsumerConfig;
  /** Whether `ensure-stream` made it, so that it may be brought to exactly what is wanted. */
  readonly ours: boolean;
}

type Rule = (judged: Case) => Difference | undefined;

const NANOS_PER_MS = 1_000_000;
/** Below this a message that is being worked on could come again between two heartbeats. */
const LEAST_ACK_WAIT_PARTS = 3;
/** Deliveries that see a message through hours of an absent PostgreSQL, each after the longest pause between two. */
const ENOUGH_DELIVERIES = 100;
/** A pull asks for as long. */
export const PULL_MS = 5_000;

function place({ stream, consumer }: QueueNames): string {
  return `${shellWord(stream)} ${shellWord(consumer)}`;
}

function edit({ names }: Case, flag: string): string {
  return `nats consumer edit ${place(names)} ${flag} -f`;
}

/** What cannot be changed on a consumer: it is removed and made again; the jobs stay in the stream. */
function remake({ names, wanted }: Case): string {
  const wait = `${Number(wanted.ack_wait) / NANOS_PER_MS / 1000}s`;
  const filter = shellWord(subjects.jobs(names.prefix));
  return (
    `nats consumer rm ${place(names)} -f && nats consumer add ${place(names)} --pull --deliver all --ack explicit ` +
    `--replay instant --max-deliver=-1 --wait ${wait} --filter ${filter} --defaults`
  );
}

/** What a consumer receives: the part of what its stream stores that one of its filters lets through. */
function receivedSubjects(stream: StreamConfig, consumer: ConsumerConfig): string[] {
  const several = consumer.filter_subjects ?? [];
  const filters = several.length > 0 ? several : [consumer.filter_subject || '>'];
  return storedSubjects(stream).flatMap((stored) =>
    filters.flatMap((filter) => overlap(stored, filter) ?? []),
  );
}

const filter: Rule = (judged) => {
  const { names, stream, found } = judged;
  const wanted = subjects.jobs(names.prefix);
  const received = receivedSubjects(stream, found);
  const strangers = received.filter((pattern) => !includes(subjects.anyJob(names.prefix), pattern));
  // A stream that does not store our jobs yet is judged by itself.
  const missing =
    storedSubjects(stream).some((stored) => includes(stored, wanted)) &&
    !received.some((pattern) => includes(pattern, wanted));
  if (strangers.length === 0 && !missing) return undefined;
  const several = found.filter_subjects ?? [];
  return {
    field: 'filter',
    found: several.length > 0 ? several : (found.filter_subject ?? ''),
    wanted,
    verdict: 'stop',
    harm: missing
      ? `jobs on other subjects of ${wanted} would never be delivered`
      : `it also delivers ${strangers.join(' and ')}, which are no jobs of this executor`,
    mend: edit(judged, `--filter ${shellWord(wanted)}`),
  };
};

const push: Rule = (judged) =>
  judged.found.deliver_subject
    ? {
        field: 'deliver_subject',
        found: judged.found.deliver_subject,
        wanted: '',
        verdict: 'stop',
        harm: 'it pushes messages, and workers pull them',
        mend: remake(judged),
      }
    : undefined;

const acknowledgement: Rule = (judged) => {
  const { found, wanted } = judged;
  if (found.ack_policy === wanted.ack_policy) return undefined;
  const harm =
    found.ack_policy === 'none'
      ? 'a job would be gone with its delivery, whatever becomes of its worker'
      : 'the end of one job would acknowledge all jobs before it';
  const { ack_policy } = found;
  return {
    field: 'ack_policy',
    found: ack_policy,
    wanted: wanted.ack_policy,
    verdict: 'stop',
    harm,
    mend: remake(judged),
  };
};

const priority: Rule = (judged) =>
  (judged.found.priority_groups ?? []).length > 0
    ? {
        field: 'priority_groups',
        found: judged.found.priority_groups,
        wanted: [],
        verdict: 'stop',
        harm: 'it delivers to members of its groups only',
        mend: remake(judged),
      }
    : undefined;

const bodies: Rule = (judged) =>
  judged.found.headers_only
    ? {
        field: 'headers_only',
        found: true,
        wanted: false,
        verdict: 'update',
        change: { headers_only: false },
        harm: 'jobs would come without their body',
        mend: edit(judged, '--no-headers-only'),
      }
    : undefined;

const deliveries: Rule = (judged) => {
  const { max_deliver: found = -1 } = judged.found;
  // 0 is what an older client leaves for no limit.
  if (found <= 0) return undefined;
  const difference = { field: 'max_deliver', found, wanted: -1, verdict: 'update' as const };
  const change = { max_deliver: -1 };
  const mend = edit(judged, '--max-deliver=-1');
  if (found >= ENOUGH_DELIVERIES) return { ...difference, change, mend };
  const harm = `a job that was delivered ${found} times while PostgreSQL was away would never come again`;
  return { ...difference, change, harm, mend };
};

const patience: Rule = (judged) => {
  const { found, wanted, ours } = judged;
  const backoff = found.backoff ?? [];
  const wait = backoff.length > 0 ? Math.min(...backoff) : Number(found.ack_wait);
  const want = Number(wanted.ack_wait);
  const field = backoff.length > 0 ? 'backoff' : 'ack_wait';
  const seen = backoff.length > 0 ? backoff : found.ack_wait;
  const mend = edit(
    judged,
    `${backoff.length > 0 ? '--backoff none ' : ''}--wait ${want / NANOS_PER_MS / 1000}s`,
  );
  const difference = { field, found: seen, wanted: want, mend };
  const change = { ack_wait: want, ...(backoff.length > 0 ? { backoff: [] } : {}) };
  if (wait < want / LEAST_ACK_WAIT_PARTS)
    return { ...difference, verdict: 'update', change, harm: 'jobs would be delivered again while they run' };
  if (wait === want) return undefined;
  return ours || wait < want
    ? { ...difference, verdict: 'update', change }
    : { ...difference, verdict: 'keep' };
};

const expiry: Rule = (judged) => {
  const { max_expires: found = 0 } = judged.found;
  if (found === 0 || found >= PULL_MS * NANOS_PER_MS) return undefined;
  const harm = `a pull of ${PULL_MS / 1000} s would be refused`;
  const mend = edit(judged, `--max-pull-expire ${PULL_MS / 1000}s`);
  const wanted = PULL_MS * NANOS_PER_MS;
  return {
    field: 'max_expires',
    found,
    wanted,
    verdict: 'update',
    change: { max_expires: wanted },
    harm,
    mend,
  };
};

const lifetime: Rule = (judged) => {
  const { inactive_threshold: found = 0 } = judged.found;
  if (found === 0) return undefined;
  const mend = edit(judged, '--inactive-threshold=0s');
  const change = { inactive_threshold: 0 };
  return { field: 'inactive_threshold', found, wanted: 0, verdict: 'update', change, mend };
};

const pending: Rule = (judged) => {
  const { max_ack_pending: found = -1 } = judged.found;
  const wanted = Number(judged.wanted.max_ack_pending);
  if (found <= 0 || found >= wanted) return undefined;
  const mend = edit(judged, `--max-pending=${wanted}`);
  return {
    field: 'max_ack_pending',
    found,
    wanted,
    verdict: 'update',
    change: { max_ack_pending: wanted },
    mend,
  };
};

/** Of a consumer that works, whatever it has here: told, so that nobody wonders. */
const kept =
  (field: 'deliver_policy' | 'replay_policy' | 'max_waiting'): Rule =>
  ({ found, wanted }) =>
    found[field] === wanted[field]
      ? undefined
      : { field, found: found[field], wanted: wanted[field], verdict: 'keep' };

const rules: readonly Rule[] = [
  push,
  acknowledgement,
  filter,
  priority,
  bodies,
  deliveries,
  patience,
  expiry,
  lifetime,
  pending,
  kept('deliver_policy'),
  kept('replay_policy'),
  kept('max_waiting'),
];

/** A consumer is judged by what it does: which messages it delivers, to whom, and when it delivers them again. */
export function judgeConsumer(judged: Case): Difference[] {
  return rules.flatMap((rule) => rule(judged) ?? []);
}
