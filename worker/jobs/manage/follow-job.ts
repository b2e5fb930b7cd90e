import type { JobRecord, JobStore } from '../../job-store.ts';
import type { Clock, EventStream, JobEvent, Watch } from '../../ports.ts';
import { lastEvents } from '../rules/last-events.ts';
import type { Waiting } from '../waiting.ts';

/** What somebody who watches a job is told. */
export type News =
  /** A live event; without an id when it is taken from the job's row, as its stream has lost it. */
  | { readonly kind: 'event'; readonly event: JobEvent; readonly id: string | undefined }
  /** Events are missing: this is how the job stands. */
  | { readonly kind: 'state'; readonly record: JobRecord }
  /** Nothing was said for a while. */
  | { readonly kind: 'quiet' };

/** By what a job is followed. */
export interface Watching {
  readonly store: Pick<JobStore, 'read'>;
  readonly events: Pick<EventStream, 'read' | 'watch'>;
  /** Asks for all jobs at once whether they are finished: their last worker may have died without an `end`. */
  readonly watched: Pick<Waiting, 'until'>;
  readonly clock: Clock;
}

const PAGE = 200;
const SILENCE_MS = 15_000;
/** How long the `end` of a job that is finished may take to come. */
const END_MS = 2_000;
/** How soon a stream that could not be read is asked again. */
const AGAIN_MS = 1_000;

function isOver({ finishedAt }: JobRecord): boolean {
  return finishedAt !== undefined;
}

function endOf(record: JobRecord): readonly JobEvent[] {
  if (record.status === 'completed') return lastEvents({ status: 'completed', result: {} });
  const error = record.error ?? { code: 'INTERNAL', message: 'no reason was recorded' };
  return lastEvents({ status: 'failed', error });
}

/** Somebody's place in the stream of a job, until it is closed. */
class Place {
  readonly #watching: Watching;
  readonly #jobId: string;
  readonly #watch: Watch;
  readonly #left = new AbortController();
  #record: JobRecord;
  #after: string | undefined;
  /** The job was found finished, long enough ago for its worker to have stored the `end`. */
  #finished: boolean;
  /** When the row of the job is to be read: it is finished, or has been. */
  #readAt = -Infinity;
  #isAway = false;
  ended = false;

  constructor(watching: Watching, record: JobRecord, after: string | undefined) {
    const { clock, events } = watching;
    this.#watching = watching;
    this.#jobId = record.jobId;
    this.#watch = events.watch(record.jobId);
    this.#record = record;
    this.#after = after;
    const since = clock.wall().getTime() - Date.parse(record.finishedAt ?? '');
    this.#finished = since > END_MS;
    if (!isOver(record)) void this.#awaitEnd();
  }

  /** Has the row read once the job is finished. */
  async #awaitEnd(): Promise<void> {
    const { watched, clock } = this.#watching;
    this.#readAt = Infinity;
    if (!(await watched.until(this.#jobId, this.#left.signal))) return;
    this.#readAt = clock.monotonic();
    this.#watch.ring();
  }

  /** Returns after `mostMs` at the latest, true when it is worth looking again. */
  async wait(mostMs: number, signal: AbortSignal): Promise<boolean> {
    const left = Math.max(0, this.#readAt - this.#watching.clock.monotonic());
    const soon = this.#isAway ? Math.min(left, AGAIN_MS) : left;
    const isNew = await this.#watch.changed(this.#after, Math.min(soon, mostMs), signal);
    return isNew || soon <= mostMs;
  }

  close(): void {
    this.#left.abort();
    this.#watch.close();
  }

  /** What there is to tell by now. */
  async look(): Promise<readonly News[]> {
    const news = await this.#next();
    return news.length > 0 ? news : this.#rest();
  }

  /** What is new in the stream. */
  async #next(): Promise<readonly News[]> {
    const { events } = this.#watching;
    // A stream that is away has nothing new: the job goes on, and so does whoever watches it.
    const page = await events.read(this.#jobId, this.#after, PAGE).catch(() => undefined);
    this.#isAway = page === undefined;
    if (!page) return [];
    // Events after a gap start over: the place that was asked for is gone.
    if (page.gap) this.#after = undefined;
    const last = page.events.at(-1);
    this.#after = last?.id ?? this.#after;
    // A job that was taken up again goes on after its end.
    if (last?.type === 'end') this.ended = await this.#isOver();
    return [
      ...(page.gap ? [{ kind: 'state', record: this.#record } as const] : []),
      ...page.events.map(({ id, type, data }) => ({ kind: 'event', id, event: { type, data } }) as const),
    ];
  }

  /** What is missing at the end of a stream that says no more, from the row of a job that is finished. */
  async #rest(): Promise<readonly News[]> {
    const now = this.#watching.clock.monotonic();
    if (now < this.#readAt) return [];
    this.#readAt = now + END_MS;
    if (!(await this.#isOver(false))) {
      if (!isOver(this.#record)) void this.#awaitEnd();
      return [];
    }
    // The end may have been stored since the stream was read last, or its worker may be about to.
    const first = !this.#finished;
    this.#finished = true;
    const late = await this.#next();
    if (late.length > 0 || first) return late;
    this.ended = true;
    return [
      { kind: 'state', record: this.#record },
      ...endOf(this.#record).map((event) => ({ kind: 'event', event, id: undefined }) as const),
    ];
  }

  async #isOver(otherwise = true): Promise<boolean> {
    const record = await this.#watching.store.read(this.#jobId).catch(() => undefined);
    if (!record) return otherwise;
    this.#record = record;
    // It was taken up again: its next end is another.
    if (!isOver(record)) this.#finished = false;
    return isOver(record);
  }
}

/** Everything that a job says from the start, or after a place, until its end. Ends also when the signal fires. */
export async function* followJob(
  watching: Watching,
  record: JobRecord,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<News> {
  const { clock } = watching;
  const place = new Place(watching, record, after);
  try {
    let heard = clock.monotonic();
    let look = true;
    while (!signal.aborted && !place.ended) {
      const told: readonly News[] = look ? await place.look() : [];
      yield* told;
      if (told.length > 0) {
        heard = clock.monotonic();
        continue;
      }
      const left = heard + SILENCE_MS - clock.monotonic();
      if (left > 0) {
        look = await place.wait(left, signal);
        continue;
      }
      yield { kind: 'quiet' };
      heard = clock.monotonic();
      look = false;
    }
  } finally {
    place.close();
  }
}
