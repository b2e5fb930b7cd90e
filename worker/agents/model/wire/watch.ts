import { Failure } from '../../../jobs/rules/failures.ts';

/** How long a model server may take, in milliseconds; 0 is no limit. */
export interface CallTimes {
  /** Until the first byte of the answer. */
  readonly firstByteMs: number;
  /** Between two pieces of it. */
  readonly betweenMs: number;
  /** Until its end. */
  readonly wholeMs: number;
}

/** Watches over the time of one call. */
export class Watch {
  /** Fires when the caller's does, or when a time is up. */
  readonly signal: AbortSignal;
  readonly #late = new AbortController();
  readonly #times: CallTimes;
  readonly #whole: NodeJS.Timeout | undefined;
  #next: NodeJS.Timeout | undefined;

  constructor(times: CallTimes, caller: AbortSignal | undefined) {
    this.#times = times;
    this.signal = caller === undefined ? this.#late.signal : AbortSignal.any([caller, this.#late.signal]);
    this.#whole = this.#timer(times.wholeMs, 'it took longer than');
    this.#next = this.#timer(times.firstByteMs, 'it said nothing for');
  }

  /** A piece of the answer has come. */
  heard(): void {
    clearTimeout(this.#next);
    this.#next = this.#timer(this.#times.betweenMs, 'it fell silent in the middle of it for');
  }

  end(): void {
    clearTimeout(this.#next);
    clearTimeout(this.#whole);
  }

  /** Why the call failed: the time that was up, where that is what stopped it. */
  reasonOf(error: unknown): unknown {
    return this.#late.signal.aborted ? this.#late.signal.reason : error;
  }

  #timer(ms: number, what: string): NodeJS.Timeout | undefined {
    if (ms === 0) return undefined;
    const why = `cannot wait for the answer of the model server: ${what} ${ms / 1000} s`;
    return setTimeout(() => this.#late.abort(new Failure('MODEL_UNAVAILABLE', why)), ms);
  }
}
