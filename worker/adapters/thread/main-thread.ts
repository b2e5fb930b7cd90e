import type { Clock } from '../../ports.ts';

/** The main thread, as seen by a thread that works for it. */
export interface MainThread {
  /** It has just been heard. */
  heard(): void;
  /** False when nothing has been heard of it for `patienceMs`. */
  answers(): boolean;
}

/** Begins as heard. `onSilence` is called once for each time that it falls silent, when somebody asks. */
export function mainThread(
  clock: Pick<Clock, 'monotonic'>,
  patienceMs: number,
  onSilence: () => void,
): MainThread {
  let [last, told] = [clock.monotonic(), false];
  return {
    heard() {
      [last, told] = [clock.monotonic(), false];
    },
    answers() {
      if (clock.monotonic() - last <= patienceMs) return true;
      if (!told) onSilence();
      told = true;
      return false;
    },
  };
}
