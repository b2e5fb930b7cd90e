import type { Clock, Queue } from '../../ports.ts';
import type { JobStore, Lease } from '../../job-store.ts';

/** One job that is being kept. */
export interface LeasedJob {
  readonly lease: Lease;
  /** Of the message, for `Queue.extend`. */
  /** Undefined when no message called for the job. */
  readonly handle: string | undefined;
  /** Monotonic milliseconds: a job still here then has hung, and is let go. */
  readonly until: number;
}

/** What a heartbeat found out about one lease. */
export type LeaseUpdate =
  | { readonly kind: 'renewed'; readonly lease: Lease; readonly at: number }
  | { readonly kind: 'cancelled'; readonly lease: Lease }
  | { readonly kind: 'lost'; readonly lease: Lease };

/** What keeps leases, and what keeps messages: a job is always kept in both. */
export type Renewer = Pick<JobStore, 'renew'>;
export type Extender = Pick<Queue, 'extend'>;

/** Leases run out after this many heartbeats missed; one heartbeat is also how soon a cancellation is noticed. */
export const HEARTBEATS_PER_LEASE = 10;

/** One heartbeat for all jobs. The time it counts from is taken before asking: a slow answer never makes a lease look longer. */
export async function sendHeartbeat(
  kept: readonly LeasedJob[],
  store: Renewer,
  queue: Extender,
  leaseMs: number,
  clock: Pick<Clock, 'monotonic'>,
): Promise<readonly LeaseUpdate[]> {
  const at = clock.monotonic();
  const current = kept.filter((one) => one.until > at);
  if (current.length === 0) return [];
  for (const { handle } of current) if (handle !== undefined) queue.extend(handle);
  const renewals = await store.renew(
    current.map((one) => one.lease),
    leaseMs,
  );
  return renewals.flatMap(({ jobId, token, held, renewed, cancelRequested }): LeaseUpdate[] => {
    const lease = { jobId, token };
    if (!held) return [{ kind: 'lost', lease }];
    return [
      ...(renewed ? [{ kind: 'renewed', lease, at } as const] : []),
      ...(cancelRequested ? [{ kind: 'cancelled', lease } as const] : []),
    ];
  });
}
