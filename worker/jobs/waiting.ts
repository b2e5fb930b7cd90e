import type { Clock } from '../ports.ts';
import type { JobStore } from '../job-store.ts';

/** Lets callers wait for jobs that any worker may finish. */
export interface Waiting {
  /** True when the job is finished, false when the signal fired first. */
  until(jobId: string, signal: AbortSignal): Promise<boolean>;
  /** This worker finished the job: nobody has to ask the store. */
  ended(jobId: string): void;
  close(): Promise<void>;
}

/** One question every `askMs` for all jobs that are waited for, however many they are. */
export function waiting(store: Pick<JobStore, 'finished'>, clock: Clock, askMs: number): Waiting {
  const waiters = new Map<string, Set<() => void>>();
  const closing = new AbortController();
  let asking: Promise<void> | undefined;

  const ended = (jobId: string): void => {
    for (const wake of waiters.get(jobId) ?? []) wake();
  };

  const ask = async (): Promise<void> => {
    while (waiters.size > 0 && !closing.signal.aborted) {
      // A store that is away has nothing to say; the next question may be answered.
      const jobIds = await store.finished([...waiters.keys()]).catch((): string[] => []);
      for (const jobId of jobIds) ended(jobId);
      await clock.sleep(askMs, closing.signal);
    }
    asking = undefined;
  };

  return {
    ended,
    async until(jobId, signal) {
      const done = new AbortController();
      const wake = (): void => done.abort();
      const mine = waiters.get(jobId) ?? new Set();
      waiters.set(jobId, mine.add(wake));
      asking ??= ask();
      await new Promise<void>((resolve) => {
        const any = AbortSignal.any([signal, done.signal, closing.signal]);
        if (any.aborted) resolve();
        else any.addEventListener('abort', () => resolve(), { once: true });
      });
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
