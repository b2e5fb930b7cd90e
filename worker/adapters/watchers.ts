import type { Watch } from '../ports.ts';

/** Wakes one reader. What it is told while it does not wait is kept for when it next does. */
class Bell {
  /** Nothing else is told to it. */
  readonly only: 'end' | undefined;
  #rung = false;
  #wake: (() => void) | undefined;
  /** The last event that its reader has, while it waits. */
  after: string | undefined;

  constructor(only: 'end' | undefined) {
    this.only = only;
  }

  get isWaitedFor(): boolean {
    return this.#wake !== undefined;
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async wait(after: string | undefined, waitMs: number, signal: AbortSignal): Promise<boolean> {
    this.after = after;
    if (!this.#rung && !signal.aborted) await this.#sleep(waitMs, signal);
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }

  #sleep(waitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      signal.addEventListener('abort', wake);
      this.#wake = wake;
    });
  }
}

/** Hears of jobs of which a first reader begins to watch, and of which the last one ceases to. */
interface Changes {
  first(jobId: string): void;
  last(jobId: string): void;
}

/** Who watches which jobs. */
export class Watchers {
  readonly #bells = new Map<string, Set<Bell>>();
  readonly #changes: Changes | undefined;

  constructor(changes?: Changes) {
    this.#changes = changes;
  }

  watch(jobId: string, only?: 'end'): Watch {
    const bell = new Bell(only);
    const bells = this.#bells.get(jobId);
    this.#bells.set(jobId, (bells ?? new Set()).add(bell));
    if (!bells) this.#changes?.first(jobId);
    return {
      changed: (after, waitMs, signal) => bell.wait(after, waitMs, signal),
      ring: () => bell.ring(),
      close: () => this.#leave(jobId, bell),
    };
  }

  #leave(jobId: string, bell: Bell): void {
    const bells = this.#bells.get(jobId);
    if (!bells?.delete(bell) || bells.size > 0) return;
    this.#bells.delete(jobId);
    this.#changes?.last(jobId);
  }

  /** Tells of an event, or of all that may have come unheard, the `end` among them. */
  ring(jobId: string, mayBeEnd = true): void {
    for (const bell of this.#bells.get(jobId) ?? []) if (mayBeEnd || bell.only === undefined) bell.ring();
  }

  ringAll(): void {
    for (const jobId of this.#bells.keys()) this.ring(jobId);
  }

  /** Jobs for whose events somebody waits at this moment, each with the places of all who do. */
  *waiting(): Generator<{ readonly jobId: string; readonly places: readonly (string | undefined)[] }> {
    for (const [jobId, bells] of this.#bells) {
      const places = [...bells].filter((bell) => bell.isWaitedFor).map(({ after }) => after);
      if (places.length > 0) yield { jobId, places };
    }
  }
}
