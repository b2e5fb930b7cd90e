import type { JobRecord, JobStore } from '../../job-store.ts';
import type { Clock, EventStream, JobEvent, StreamPage } from '../../ports.ts';
import { lastEvents } from '../rules/last-events.ts';

/** What somebody who watches a job is told. */
export type News =
  /** A live event; without an id when it is taken from the job's row, as its stream has lost it. */
  | { readonly kind: 'event'; readonly event: JobEvent; readonly id: string | undefined }
  /** Events are missing: this is how the job stands. */
  | { readonly kind: 'state'; readonly record: JobRecord }
  /** Nothing was said for a while. */
  | { readonly kind: 'quiet' };

interface Watching {
  readonly store: Pick<JobStore, 'read'>;
  readonly events: Pick<EventStream, 'read' | 'changed'>;
  readonly clock: Clock;
}

const PAGE = 200;
const SILENCE_MS = 15_000;
/** How often a quiet stream is checked against the job: its last worker may have died without an `end`. */
const CHECK_MS = 2_000;

function isOver({ finishedAt }: JobRecord): boolean {
  return finishedAt !== undefined;
}

function endOf(record: JobRecord): readonly JobEvent[] {
  if (record.status === 'completed') return lastEvents({ status: 'completed', result: {} });
  const error = record.error ?? { code: 'INTERNAL', message: 'no reason was recorded' };
  return lastEvents({ status: 'failed', error });
}

/** Somebody's place in the stream of a job. */
class Place {
  readonly #watching: Watching;
  readonly #jobId: string;
  #record: JobRecord;
  #after: string | undefined;
  /** The job was found finished, long enough ago for its worker to have stored the `end`. */
  #finished: boolean;
  #checked: number;
  ended = false;

  constructor(watching: Watching, record: JobRecord, after: string | undefined) {
    const { clock } = watching;
    this.#watching = watching;
    this.#jobId = record.jobId;
    this.#record = record;
    this.#after = after;
    const since = clock.wall().getTime() - Date.parse(record.finishedAt ?? '');
    this.#finished = since > CHECK_MS;
    this.#checked = isOver(record) ? -Infinity : clock.monotonic();
  }

  /** What is new in the stream. */
  async next(): Promise<readonly News[]> {
    const { events } = this.#watching;
    // A stream that is away has nothing new: the job goes on, and so does whoever watches it.
    const page = await events
      .read(this.#jobId, this.#after, PAGE)
      .catch((): StreamPage => ({ events: [], gap: false }));
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
  async rest(): Promise<readonly News[]> {
    const now = this.#watching.clock.monotonic();
    if (now - this.#checked <= CHECK_MS) return [];
    this.#checked = now;
    if (!(await this.#isOver(false))) return [];
    // The end may have been stored since the stream was read last, or its worker may be about to.
    const first = !this.#finished;
    this.#finished = true;
    const late = await this.next();
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
  const { clock, events } = watching;
  const place = new Place(watching, record, after);
  let heard = clock.monotonic();
  while (!signal.aborted && !place.ended) {
    const news = await place.next();
    const told = news.length > 0 ? news : await place.rest();
    yield* told;
    if (told.length > 0) {
      heard = clock.monotonic();
      continue;
    }
    if (clock.monotonic() - heard > SILENCE_MS) {
      yield { kind: 'quiet' };
      heard = clock.monotonic();
    }
    await events.changed(record.jobId, signal);
  }
}
