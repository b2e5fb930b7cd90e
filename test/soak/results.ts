import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../servers/world.ts';

/** The result events of a world as they are published. */
export interface Results {
  /** How many jobs have one. */
  count(): number;
  /** Monotonic time of a job's first one; undefined while it has none. */
  at(jobId: string): number | undefined;
  /** Returns when all of these jobs have one; false when that takes longer. */
  all(jobIds: readonly string[], seconds: number): Promise<boolean>;
}

/** Listens from now on. */
export function followResults({ nats, names }: World): Results {
  const seen = new Map<string, number>();
  const subscription = nats.subscribe(`${names.prefix}.status.>`);
  void (async () => {
    for await (const message of subscription) {
      const { subject } = message.json<{ readonly subject: string }>();
      if (!seen.has(subject)) seen.set(subject, performance.now());
    }
  })();
  return {
    count: () => seen.size,
    at: (jobId) => seen.get(jobId),
    async all(jobIds, seconds) {
      const until = performance.now() + seconds * 1000;
      while (performance.now() < until) {
        if (jobIds.every((id) => seen.has(id))) return true;
        await sleep(250);
      }
      return false;
    },
  };
}
