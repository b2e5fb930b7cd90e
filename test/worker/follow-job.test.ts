import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { memoryEvents } from '../../worker/adapters/memory/events.ts';
import type { JobRecord } from '../../worker/job-store.ts';
import { followJob } from '../../worker/jobs/manage/follow-job.ts';
import type { News } from '../../worker/jobs/manage/follow-job.ts';
import type { Clock, EventStream, JobEvent } from '../../worker/ports.ts';

const clock: Clock = {
  monotonic: () => Date.now(),
  wall: () => new Date(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => 0.5,
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const token = (content: string): JobEvent => ({ type: 'on_llm_stream', data: { content } });
const end: JobEvent = { type: 'end', data: {} };

/** A job that somebody follows, and what has been asked for it. */
function followed(changed: (inner: EventStream) => Partial<EventStream> = () => ({}), by = clock) {
  const inner = memoryEvents(clock, 100);
  const events = { ...inner, ...changed(inner) };
  const asked = { reads: 0, rows: 0 };
  let row = { jobId: 'one', status: 'running' } as JobRecord;
  let finish: ((done: boolean) => void) | undefined;
  const stop = new AbortController();
  const told: string[] = [];
  const watching = {
    store: {
      async read() {
        asked.rows += 1;
        return row;
      },
    },
    events: {
      watch: (jobId: string) => events.watch(jobId),
      read(...args: Parameters<EventStream['read']>) {
        asked.reads += 1;
        return events.read(...args);
      },
    },
    watched: {
      until: () =>
        new Promise<boolean>((resolve) => {
          finish = resolve;
        }),
    },
    clock: by,
  };
  const name = (news: News): string => {
    if (news.kind !== 'event') return news.kind;
    const { content } = news.event.data;
    return typeof content === 'string' ? content : news.event.type;
  };
  const over = (async () => {
    for await (const news of followJob(watching, row, undefined, stop.signal)) told.push(name(news));
  })();
  return {
    inner,
    asked,
    told,
    over,
    pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
    /** The row is finished, and whoever asks for all jobs sees it. */
    ends() {
      row = { ...row, status: 'completed', finishedAt: clock.wall().toISOString() };
      finish?.(true);
    },
    /** The row was finished when it was asked for, and is not any more when it is read. */
    isTakenUpAgain() {
      finish?.(true);
    },
    stop: () => stop.abort(),
  };
}

test('an event that comes after the stream was read, and before its reader waits, is told at once', async () => {
  let late = true;
  const job = followed((inner) => ({
    async read(...args) {
      const page = await inner.read(...args);
      if (late) {
        late = false;
        await inner.append('one', [token('late'), end], 1);
      }
      return page;
    },
  }));
  await job.pass(0);
  expect(job.told).toEqual(['late', 'end']);
  job.stop();
});

test('a quiet job costs whoever watches it nothing but a word now and then', async () => {
  const job = followed();
  await job.pass(60_000);
  expect(job.asked).toEqual({ reads: 1, rows: 0 });
  expect(job.told).toEqual(['quiet', 'quiet', 'quiet', 'quiet']);
  await job.inner.append('one', [token('a')], 1);
  await job.pass(0);
  expect(job.told.at(-1)).toBe('a');
  job.stop();
  await job.over;
});

test('time that passes while it is looked at the clock makes no wait shorter than none', async () => {
  const waits: number[] = [];
  let now = 0;
  const ticking = { ...clock, monotonic: () => (now += 4_000) };
  const job = followed(
    (inner) => ({
      watch: (jobId) => ({
        ...inner.watch(jobId),
        async changed(_, waitMs) {
          waits.push(waitMs);
          if (waits.length === 20) job.stop();
          return false;
        },
      }),
    }),
    ticking,
  );
  await job.over;
  expect(Math.min(...waits)).toBeGreaterThan(0);
});

test('a stream that cannot be read is asked again, and what it had meanwhile is told', async () => {
  let away = true;
  const job = followed((inner) => ({
    read: (...args) => (away ? Promise.reject(new Error('away')) : inner.read(...args)),
  }));
  await job.inner.append('one', [token('a')], 1);
  await job.pass(5_000);
  expect(job.told).toEqual([]);
  away = false;
  await job.pass(1_000);
  expect(job.told).toEqual(['a']);
  job.stop();
});

test('a job that ends without a word is told to be over from its row, once its end had time to come', async () => {
  const job = followed();
  await job.pass(30_000);
  job.ends();
  await job.pass(1_000);
  expect(job.told).toEqual(['quiet', 'quiet']);
  await job.pass(1_000);
  await job.over;
  expect(job.told).toEqual(['quiet', 'quiet', 'state', 'end']);
});

test('the end that comes late is told once', async () => {
  const job = followed();
  await job.pass(0);
  job.ends();
  await job.pass(1_000);
  await job.inner.append('one', [token('last'), end], 1);
  await job.pass(0);
  await job.over;
  expect(job.told).toEqual(['last', 'end']);
});

test('a job that is taken up again is followed on, until its next end', async () => {
  const job = followed();
  await job.pass(0);
  job.isTakenUpAgain();
  await job.pass(10_000);
  expect(job.told).toEqual([]);
  expect(job.asked.rows).toBe(1);
  job.ends();
  await job.pass(2_000);
  await job.over;
  expect(job.told).toEqual(['state', 'end']);
});

test('whoever stops to follow is let go at once', async () => {
  const job = followed();
  await job.pass(0);
  job.stop();
  await job.over;
  expect(job.told).toEqual([]);
});
