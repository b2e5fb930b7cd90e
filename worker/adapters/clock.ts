import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../ports.ts';

/** The time of this machine. `monotonic` is the time since boot, which all threads read alike and which passes while frozen. */
export const systemClock: Clock = {
  monotonic: () => Number(process.hrtime.bigint() / 1_000n) / 1_000,
  wall: () => new Date(),
  random: () => Math.random(),
  sleep: async (ms, signal) => {
    try {
      await wait(ms, undefined, signal ? { signal } : {});
    } catch {
      // The signal ended the sleep early, which is what it is for.
    }
  },
};
