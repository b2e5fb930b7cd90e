import { handleMessage } from './handle-message.ts';
import type { Handling } from './handle-message.ts';
import type { Stopping } from './execute-job.ts';
import type { Incoming } from '../rules/job.ts';
import type { Parts } from '../parts.ts';
import type { WatchedLoop, Liveness } from '../liveness.ts';
import { adopt, prune, thin } from '../upkeep/adopt-and-prune.ts';
import type { Adopting, Pruning } from '../upkeep/adopt-and-prune.ts';
import { endOverdue } from '../upkeep/end-overdue.ts';
import type { EndingLate } from '../upkeep/end-overdue.ts';
import { noteWaiting } from '../upkeep/note-waiting.ts';
import type { Noting } from '../upkeep/note-waiting.ts';

/** A pull waits some seconds; one that has not come back in this time never will. */
const SILENCE_MS = 60_000;
const PAUSE_MS = 1_000;
const SWEEP_MS = 1_000;
const PRUNE_MS = 60_000;
const NOTE_MS = 3_000;

/** How long a slot waits for a message; the one that also watches for jobs of the store waits for less. */
const WAIT_MS = 5_000;
const WATCH_MS = 1_000;

/** What is asked for the next thing to do. */
type Taking = Pick<Parts, 'clock' | 'due' | 'inHand' | 'queue'>;

/** Whether a message goes before a job of the store, so that many of these do not hold up messages for ever. */
async function isTurnOfMessages(due: Taking['due'], queue: Taking['queue']): Promise<boolean> {
  return due.gaveMany() && (await queue.backlog().catch(() => 0)) > 0;
}

/** The next thing to do: a job that is due in the store, else a message. Nothing is pulled without a slot that is free. */
async function nextWork(
  { queue, clock, inHand, due }: Taking,
  stopping: Stopping,
): Promise<Incoming | undefined> {
  if (!inHand.open) {
    await clock.sleep(WATCH_MS / 4, stopping.drain);
    if (!inHand.open) return undefined;
  }
  // A store that is away throws here, before a message is taken that could not be claimed.
  const job = (await isTurnOfMessages(due, queue)) ? undefined : await due.take();
  if (job) return job;
  return due.watch(async (watching) => {
    const delivery = await queue.next(stopping.drain, watching ? Math.min(WATCH_MS, due.waitMs) : WAIT_MS);
    if (!delivery) return undefined;
    if (!stopping.drain.aborted) return { delivery, claimed: undefined };
    delivery.retry(0);
    return undefined;
  });
}

/** One slot: takes a message or a job, sees it through, takes the next. */
async function slot(parts: Handling & Taking, loop: WatchedLoop, stopping: Stopping): Promise<void> {
  const { clock, log } = parts;
  let failing = false;
  while (!stopping.drain.aborted) {
    loop.beat();
    try {
      const incoming = await nextWork(parts, stopping);
      failing = false;
      if (!incoming) continue;
      loop.busy();
      const healthy = await handleMessage(parts, incoming, stopping);
      if (!healthy) await clock.sleep(PAUSE_MS, stopping.drain);
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'cannot take jobs');
      failing = true;
      await clock.sleep(PAUSE_MS, stopping.drain);
    }
  }
  loop.busy();
}

/** Does something again and again, between half and all of the time apart, so that workers do not do it together. */
async function every(
  { clock, log }: Pick<Parts, 'clock' | 'log'>,
  name: string,
  ms: number,
  loop: WatchedLoop,
  stop: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  let failing = false;
  while (!stop.aborted) {
    loop.beat();
    await clock.sleep(ms * (0.5 + clock.random() / 2), stop);
    if (stop.aborted) break;
    try {
      await work();
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, `cannot ${name} for now`);
      failing = true;
    }
  }
  loop.busy();
}

/** Something to be done again and again while jobs are run. */
export interface Chore {
  readonly name: string;
  readonly everyMs: number;
  readonly work: () => Promise<void>;
}

/** Runs jobs, and does the chores, until `drain` fires and the jobs in hand are settled. */
export async function runJobs(
  parts: Handling & Taking & Adopting & EndingLate & Noting & Pruning,
  liveness: Liveness,
  stopping: Stopping,
  chores: readonly Chore[] = [],
): Promise<void> {
  const { settings, outbox } = parts;
  const slots = Array.from({ length: settings.concurrency }, (_, index) =>
    slot(parts, liveness.watch(`slot ${index + 1}`, SILENCE_MS), stopping),
  );
  const chore = (name: string, ms: number, work: () => Promise<void>): Promise<void> =>
    every(parts, name, ms, liveness.watch(name, ms + SILENCE_MS), stopping.drain, work);
  await Promise.all([
    ...slots,
    chore('sweep the outbox', SWEEP_MS, async () => void (await outbox.sweep())),
    chore('note waiting jobs', NOTE_MS, () => noteWaiting(parts, stopping.drain)),
    chore('end overdue jobs', SWEEP_MS, () => endOverdue(parts)),
    chore('look for lost jobs', settings.leaseMs, () => adopt(parts)),
    chore('drop old checkpoints', PRUNE_MS, () => thin(parts, stopping.drain)),
    chore('prune old jobs', PRUNE_MS, () => prune(parts, stopping.drain)),
    ...chores.map(({ name, everyMs, work }) => chore(name, everyMs, work)),
  ]);
}
