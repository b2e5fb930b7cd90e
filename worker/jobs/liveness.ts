import type { Clock } from '../ports.ts';

/** Signs of life of one loop. */
export interface WatchedLoop {
  /** The loop went round. */
  beat(): void;
  /** The loop does something that has a limit of its own. */
  busy(): void;
}

/** Knows which loops are alive: what `/health` answers from. */
export interface Liveness {
  /** A loop that is silent for longer than this, and not busy, is dead. */
  watch(name: string, limitMs: number): WatchedLoop;
  /** Names of the loops that are dead. */
  dead(): readonly string[];
}

export function liveness(clock: Pick<Clock, 'monotonic'>): Liveness {
  const due = new Map<string, number>();
  return {
    watch(name, limitMs) {
      const beat = (): void => void due.set(name, clock.monotonic() + limitMs);
      beat();
      return { beat, busy: () => due.set(name, Infinity) };
    },
    dead: () => [...due].filter(([, until]) => until < clock.monotonic()).map(([name]) => name),
  };
}
