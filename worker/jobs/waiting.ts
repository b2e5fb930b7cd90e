import type { Clock, EventStream } from '../ports.ts';
import type { JobStore } from '../job-store.ts';

/** Lets callers wait for jobs that any worker may finish. */
export interface Waiting {
  /** True when the job is finished, false when the signal fired first. */
  until(jobId: string, signal: AbortSignal): Promise<boolean>;
  /** This worker finished the job: nobody has to ask the store. */
  ended(jobId: string): void;
  close(): Promise<void>;
}

/** Milliseconds in which jobs are gathered that the store is asked for at once. */
const GATHER_MS = 10;

/**
 * Asks the store for a job when somebody begins to wait for it and when its live events end, and every `askMs` for all that are
 * waited for, in case those were lost. One question is asked at a time, however many jobs it is for.
 */
export function waiting(
  store: Pick<JobStore, 'finished'>,
  clock: Clock,
  askMs: number,
  events?: Pick<EventStream, 'watch'>,
): Waiting {
  const waiters = new Map<string, Set<() => void>>();
  const closing = new AbortController();
  const soon = new Set<string>();
  let knock = new AbortController();
  let asking: Promise<void> | undefined;

  const ended = (jobId: string): void => {
    for (const wake of waiters.get(jobId) ?? []) wake();
  };

  const askSoon = (jobId: string): void => {
    soon.add(jobId);
    knock.abort();
  };

  const ask = async (): Promise<void> => {
    let askedAll = clock.monotonic();
    while (waiters.size > 0 && !closing.signal.aborted) {
      const left = Math.max(0, askedAll + askMs - clock.monotonic());
      knock = new AbortController();
      if (soon.size === 0) await clock.sleep(left, AbortSignal.any([closing.signal, knock.signal]));
      await clock.sleep(GATHER_MS, closing.signal);
      const isTimeForAll = clock.monotonic() - askedAll >= askMs;
      if (isTimeForAll) askedAll = clock.monotonic();
      const wanted = isTimeForAll ? [...waiters.keys()] : [...soon].filter((jobId) => waiters.has(jobId));
      soon.clear();
      // A store that is away has nothing to say; the next question may be answered.
      const jobIds = wanted.length === 0 ? [] : await store.finished(wanted).catch((): string[] => []);
      for (const jobId of jobIds) ended(jobId);
    }
    asking = undefined;
  };

  const listen = async (jobId: string, over: AbortSignal): Promise<void> => {
    const watch = events?.watch(jobId, 'end');
    while (watch && !over.aborted) if (await watch.changed(undefined, askMs, over)) askSoon(jobId);
    watch?.close();
  };

  return {
    ended,
    async until(jobId, signal) {
      const done = new AbortController();
      const over = AbortSignal.any([signal, done.signal, closing.signal]);
      const wake = (): void => done.abort();
      const mine = waiters.get(jobId) ?? new Set();
      waiters.set(jobId, mine.add(wake));
      askSoon(jobId);
      asking ??= ask();
      const listening = listen(jobId, over);
      await new Promise<void>((resolve) => {
        if (over.aborted) resolve();
        else over.addEventListener('abort', () => resolve(), { once: true });
      });
      await listening;
      mine.delete(wake);
      if (mine.size === 0) waiters.delete(jobId);
      return done.signal.aborted;
    },
    async close() {
      closing.abort();
      await asking;
    },
  };
}
