import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../worker/ports.ts';

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/** Numbers from a seed (mulberry32): the same seed gives the same numbers. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Time that passes only when everybody waits, so that an hour takes as long as what happens in it. */
export class VirtualClock implements Clock {
  readonly random: () => number;
  readonly #sleepers = new Set<Sleeper>();
  #now = 1_000;
  #order = 0;

  constructor(random: () => number) {
    this.random = random;
  }

  monotonic(): number {
    return this.#now;
  }

  wall(): Date {
    return new Date(1_700_000_000_000 + this.#now);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        at: this.#now + Math.max(0, ms),
        order: (this.#order += 1),
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake);
    });
  }

  #first(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const one of this.#sleepers)
      if (first === undefined || one.at < first.at || (one.at === first.at && one.order < first.order))
        first = one;
    return first;
  }

  /** Lets time pass until `done`, or until so many milliseconds have; false in the latter case. */
  async run(done: () => boolean, mostMs: number): Promise<boolean> {
    const end = this.#now + mostMs;
    while (!done()) {
      // What is under way goes on until all of it waits for time.
      await nextTurn();
      const next = this.#first();
      if (next === undefined || next.at > end) return done();
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    return true;
  }
}
