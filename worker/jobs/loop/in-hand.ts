import type { Clock } from '../../ports.ts';

/** A worker lets a suspect wait for so long before it takes no other job for its sake. */
const HOLD_BACK_MS = 10_000;

/** Jobs that this worker has in hand, and whether it may take another: a suspect (SUSPECT_CRASHES) runs alone. */
export class InHand {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #jobs = 0;
  #alone = false;
  #suspectsSince: number | undefined;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Whether another job may begin. A suspect that found no idle worker in a while makes this one become idle. */
  get open(): boolean {
    if (this.#alone) return false;
    const since = this.#suspectsSince;
    return since === undefined || this.#jobs === 0 || this.#clock.monotonic() - since < HOLD_BACK_MS;
  }

  /** Keeps every other job out, if there is none; the caller gives it back with `leave`. */
  enterAlone(): boolean {
    if (this.#alone || this.#jobs > 0 || this.#suspectsSince === undefined) return false;
    this.#alone = true;
    return true;
  }

  leaveAlone(): void {
    this.#alone = false;
  }

  enter(): void {
    this.#jobs += 1;
  }

  leave(): void {
    this.#jobs -= 1;
    if (this.#jobs === 0) this.#alone = false;
  }

  /** What the store said last: whether suspects wait. */
  noteSuspects(waiting: boolean): void {
    this.#suspectsSince = waiting ? (this.#suspectsSince ?? this.#clock.monotonic()) : undefined;
  }
}
