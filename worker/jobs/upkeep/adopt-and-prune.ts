import type { Parts } from '../parts.ts';

export type Adopting = Pick<Parts, 'store' | 'queue' | 'meter' | 'log' | 'settings'>;
export type Pruning = Pick<Parts, 'store' | 'agent' | 'meter' | 'settings'>;

/** Jobs looked at in one statement. */
const BATCH = 100;
/** A job without worker and message for this many leases is taken for lost: redelivery takes one, a busy queue a few. */
const GRACE_LEASES = 4;

/**
 * Lets jobs wait in the store that have neither a worker nor a message, such as one whose message grew too old in the stream. A
 * job that nobody has touched yet may simply wait its turn, unless it is older than every message that waits.
 */
export async function adopt({ store, queue, meter, log, settings }: Adopting): Promise<void> {
  const graceMs = GRACE_LEASES * settings.leaseMs;
  const idle = (await queue.backlog()) === 0;
  const oldest = idle ? Infinity : (await queue.peek(0, 1)).messages[0]?.publishedAt;
  // The clocks of queue and store may differ: a job that is taken up too early is no worse than one whose message comes twice.
  const jobIds = await store.adopt(graceMs, oldest === undefined ? 0 : oldest - graceMs, BATCH);
  if (jobIds.length === 0) return;
  meter.count('requeued', jobIds.length);
  log.warn({ jobIds }, 'took up jobs that had lost their worker and their message');
}

/** Leaves the last checkpoint of jobs that completed a while ago. */
export async function thin(
  { store, settings }: Pick<Parts, 'store' | 'settings'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && (await store.thin(settings.historyMs)));
}

/** Forgets jobs that were finished long ago: first their checkpoints, then, once those are gone, the jobs. */
export async function prune({ store, agent, meter, settings }: Pruning, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const jobIds = await store.expired(settings.retentionMs, BATCH);
    if (jobIds.length === 0) return;
    await agent.forget(jobIds);
    await store.remove(jobIds);
    meter.count('pruned', jobIds.length);
    if (jobIds.length < BATCH) return;
  }
}
