import type { Clock } from '../../ports.ts';
import type { Lease } from '../../job-store.ts';
import { HEARTBEATS_PER_LEASE, sendHeartbeat } from './heartbeat.ts';
import type { Extender, LeasedJob, LeaseUpdate, Renewer } from './heartbeat.ts';
import { Failure } from '../rules/failures.ts';

/** A job in hand. */
export interface HeldLease {
  release(): void;
}

/** Keeps leases and messages while their jobs run, and says when one is lost. */
export interface LeaseKeeper {
  /** `claimedAt` is the monotonic time from before the claim was asked for; `end` hears why the job must stop. */
  hold(lease: Lease, handle: string | undefined, claimedAt: number, end: (why: Failure) => void): HeldLease;
  close(): Promise<void>;
}

/** Where heartbeats come from: a thread of its own in `serve`, a timer in tests. */
export interface Heartbeats {
  add(kept: LeasedJob): void;
  drop(lease: Lease): void;
  /** Hears at once what has been found and not heard yet: this thread may have been busy. */
  poll?(): void;
  close(): Promise<void>;
}

/** How long jobs are kept, in milliseconds. */
export interface KeeperTimes {
  readonly leaseMs: number;
  /** No heartbeat for a job that has run for longer. */
  readonly keepMs: number;
}

interface Entry {
  readonly lease: Lease;
  readonly end: (why: Failure) => void;
  heldUntil: number;
}

const TOO_LATE = 'its lease could not be renewed in time';

function nameOf({ jobId, token }: Lease): string {
  return `${token} ${jobId}`;
}

function lost(jobId: string, cause: string): Failure {
  return new Failure('LEASE_LOST', `cannot go on with job ${jobId}: ${cause}`);
}

/** Starts the heartbeats and keeps a book of what they find. */
export function leaseKeeper(
  clock: Clock,
  { leaseMs, keepMs }: KeeperTimes,
  startHeartbeats: (hear: (news: readonly LeaseUpdate[]) => void) => Heartbeats,
): LeaseKeeper {
  const book = new Map<string, Entry>();
  const closing = new AbortController();

  const hear = (news: readonly LeaseUpdate[]): void => {
    for (const one of news) {
      const entry = book.get(nameOf(one.lease));
      if (!entry) continue;
      if (one.kind === 'renewed') entry.heldUntil = one.at + leaseMs;
      if (one.kind === 'cancelled') entry.end(new Failure('CANCELLED', 'the job was cancelled'));
      if (one.kind === 'lost') entry.end(lost(one.lease.jobId, 'another worker has taken it over'));
    }
  };
  const heartbeats = startHeartbeats(hear);
  const isOver = (entry: Entry): boolean => {
    if (clock.monotonic() <= entry.heldUntil) return false;
    heartbeats.poll?.();
    return clock.monotonic() > entry.heldUntil;
  };

  const watch = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await clock.sleep(leaseMs / HEARTBEATS_PER_LEASE, closing.signal);
      for (const entry of book.values()) if (isOver(entry)) entry.end(lost(entry.lease.jobId, TOO_LATE));
    }
  };
  const watching = watch();

  return {
    hold(lease, handle, claimedAt, end) {
      const entry: Entry = { lease, end, heldUntil: claimedAt + leaseMs };
      book.set(nameOf(lease), entry);
      heartbeats.add({ lease, handle, until: claimedAt + keepMs });
      // The answer to the claim may have come so late that the job has another worker by now.
      if (isOver(entry)) end(lost(lease.jobId, TOO_LATE));
      return {
        release() {
          book.delete(nameOf(lease));
          heartbeats.drop(lease);
        },
      };
    },
    async close() {
      closing.abort();
      await watching;
      await heartbeats.close();
    },
  };
}

/** Heartbeats from a timer in this thread. */
export const timerHeartbeats =
  (clock: Clock, store: Renewer, queue: Extender, leaseMs: number, onError: (error: unknown) => void) =>
  (hear: (news: readonly LeaseUpdate[]) => void): Heartbeats => {
    const kept = new Map<string, LeasedJob>();
    const closing = new AbortController();
    const loop = async (): Promise<void> => {
      while (!closing.signal.aborted) {
        await clock.sleep(leaseMs / HEARTBEATS_PER_LEASE, closing.signal);
        await sendHeartbeat([...kept.values()], store, queue, leaseMs, clock).then(hear, onError);
      }
    };
    const looping = loop();
    return {
      add: (one) => kept.set(nameOf(one.lease), one),
      drop: (lease) => kept.delete(nameOf(lease)),
      async close() {
        closing.abort();
        await looping;
      },
    };
  };
