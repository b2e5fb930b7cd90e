import type { Clock, EventStream, JobEvent } from '../../ports.ts';
import type { Lease } from '../../job-store.ts';
import type { Meter } from '../parts.ts';

/** Tokens are sent together this often: a person sees no difference, Redis does. */
const FLUSH_MS = 25;
const RETRY_MS = 500;
/** Events kept while the stream is away. */
const MOST_KEPT = 1_000;

function text(event: JobEvent, key: string): string {
  const value = event.data[key];
  return typeof value === 'string' ? value : '';
}

/** Two tokens of one message as one, or undefined when they do not belong together. */
export function joined(last: JobEvent | undefined, next: JobEvent): JobEvent | undefined {
  if (last?.type !== 'on_llm_stream' || next.type !== 'on_llm_stream') return undefined;
  const same = ['message_id', 'node'].every((key) => text(last, key) === text(next, key));
  if (!same) return undefined;
  const content = text(last, 'content') + text(next, 'content');
  return { type: 'on_llm_stream', data: { ...last.data, ...next.data, content } };
}

/** Where the oldest event is that may be lost: a token if there is one, then anything but the end. */
function leastWorth(events: readonly JobEvent[]): number {
  const token = events.findIndex((event) => event.type === 'on_llm_stream');
  return token >= 0 ? token : events.findIndex((event) => event.type !== 'end' && event.type !== 'error');
}

/** Live events of one job on their way to the stream. */
export class EventBatch {
  readonly #lease: Lease;
  readonly #stream: Pick<EventStream, 'append'>;
  readonly #clock: Clock;
  readonly #meter: Meter;
  #waiting: JobEvent[] = [];
  #flushing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  /** Monotonic time after which a stream that is away is given up. */
  #patience = Infinity;

  constructor(lease: Lease, stream: Pick<EventStream, 'append'>, clock: Clock, meter: Meter) {
    this.#lease = lease;
    this.#stream = stream;
    this.#clock = clock;
    this.#meter = meter;
  }

  /** Never throws, never waits. */
  emit(event: JobEvent): void {
    // An agent that was given up on may go on talking.
    if (this.#closing) return;
    this.#keep(event);
    this.#flushing ??= this.#flush();
  }

  /** Sends what is left; gives up when the stream stays away for longer than this. */
  close(patienceMs: number): Promise<void> {
    this.#closing ??= this.#drain(patienceMs);
    return this.#closing;
  }

  #keep(event: JobEvent): void {
    const waiting = this.#waiting;
    const merged = joined(waiting.at(-1), event);
    if (merged) waiting[waiting.length - 1] = merged;
    else waiting.push(event);
    if (waiting.length <= MOST_KEPT) return;
    waiting.splice(Math.max(0, leastWorth(waiting)), 1);
    this.#meter.count('stream_dropped');
  }

  async #flush(): Promise<void> {
    if (this.#patience === Infinity) await this.#clock.sleep(FLUSH_MS);
    while (this.#waiting.length > 0) {
      if (await this.#send()) continue;
      if (this.#clock.monotonic() > this.#patience) break;
      await this.#clock.sleep(RETRY_MS);
    }
    this.#flushing = undefined;
  }

  /** Sends what waits; false when it has to wait on. */
  async #send(): Promise<boolean> {
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      await this.#stream.append(this.#lease.jobId, batch, this.#lease.token);
    } catch {
      this.#meter.count('stream_error');
      const newer = this.#waiting;
      this.#waiting = [];
      for (const event of [...batch, ...newer]) this.#keep(event);
      return false;
    }
    return true;
  }

  async #drain(patienceMs: number): Promise<void> {
    this.#patience = this.#clock.monotonic() + patienceMs;
    while (this.#flushing) await this.#flushing;
    if (this.#waiting.length > 0) await this.#flush();
    if (this.#waiting.length > 0) this.#meter.count('stream_dropped', this.#waiting.length);
  }
}
