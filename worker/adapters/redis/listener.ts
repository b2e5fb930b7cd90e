import type { Redis } from 'ioredis';
import type { Clock } from '../../ports.ts';

/** One connection that waits for news of any number of jobs. */
export interface Listener {
  /** Returns with the next message on the channel, or after a second: what is published while nobody listens yet is lost. */
  wait(channel: string, clock: Clock, signal: AbortSignal): Promise<void>;
  close(): void;
}

const POLL_MS = 1_000;
/** A message may come while its reader is reading, and wakes nobody: after a recent one the next look is soon. */
const RECENT_MS = 250;
const SOON_MS = 50;

/** Keeps a subscription for as long as somebody waits for its channel, and a little longer, as most wait again at once. */
export function listener(redis: Redis): Listener {
  const waiting = new Map<string, Set<() => void>>();
  const lingering = new Map<string, NodeJS.Timeout>();
  const heardAt = new Map<string, number>();
  // Its failures show in the connection that writes; here they only make waiting a matter of polling.
  redis.on('error', () => {});
  redis.on('message', (channel: string) => {
    heardAt.set(channel, performance.now());
    for (const wake of waiting.get(channel) ?? []) wake();
  });

  const enter = (channel: string, wake: () => void): void => {
    const known = waiting.get(channel);
    if (known) {
      known.add(wake);
      clearTimeout(lingering.get(channel));
      return;
    }
    waiting.set(channel, new Set([wake]));
    // What came before the subscription is there to be read.
    redis.subscribe(channel).then(wake, () => {});
  };

  const leave = (channel: string, wake: () => void): void => {
    const known = waiting.get(channel);
    known?.delete(wake);
    if (known?.size !== 0) return;
    clearTimeout(lingering.get(channel));
    const timer = setTimeout(() => {
      lingering.delete(channel);
      waiting.delete(channel);
      heardAt.delete(channel);
      redis.unsubscribe(channel).catch(() => {});
    }, POLL_MS);
    lingering.set(channel, timer.unref());
  };

  return {
    async wait(channel, clock, signal) {
      const woken = new AbortController();
      const wake = (): void => woken.abort();
      enter(channel, wake);
      const recent = performance.now() - (heardAt.get(channel) ?? -Infinity) < RECENT_MS;
      await clock.sleep(recent ? SOON_MS : POLL_MS, AbortSignal.any([signal, woken.signal]));
      leave(channel, wake);
    },
    close() {
      for (const timer of lingering.values()) clearTimeout(timer);
      redis.disconnect();
    },
  };
}
