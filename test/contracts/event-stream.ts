import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventStream, JobEvent } from '../../worker/ports.ts';

/** A stream to try. It keeps about this many events of a job. */
export interface StreamUnderTest {
  readonly stream: EventStream;
  readonly length: number;
  close(): Promise<void>;
}

const token = (content: string): JobEvent => ({ type: 'on_llm_stream', data: { content } });
const end: JobEvent = { type: 'end', data: {} };
const never = new AbortController().signal;
/** Longer than a test may take. */
const LONG_MS = 600_000;

/** What every event stream does, whatever it is made of. */
export function eventStreamContract(name: string, open: () => Promise<StreamUnderTest>): void {
  describe(`event stream: ${name}`, () => {
    let tested: StreamUnderTest;
    let stream: EventStream;
    beforeAll(async () => {
      tested = await open();
      stream = tested.stream;
    });
    afterAll(() => tested.close());

    const contents = async (jobId: string, after?: string) =>
      (await stream.read(jobId, after, 10_000)).events.map(({ type, data }) => data['content'] ?? type);

    test('events come back in order, each with a place of its own', async () => {
      const jobId = randomUUID();
      await stream.append(jobId, [token('a'), token('b')], 1);
      await stream.append(jobId, [token('c')], 1);
      expect(await contents(jobId)).toEqual(['a', 'b', 'c']);
      const { events } = await stream.read(jobId, undefined, 10);
      expect(new Set(events.map(({ id }) => id)).size).toBe(3);
    });

    test('reading goes on after a place', async () => {
      const jobId = randomUUID();
      await stream.append(jobId, [token('a'), token('b'), token('c')], 1);
      const { events, gap } = await stream.read(jobId, undefined, 2);
      expect(gap).toBe(false);
      expect(await contents(jobId, events[1]?.id)).toEqual(['c']);
      expect((await stream.read(jobId, events[1]?.id, 10)).gap).toBe(false);
    });

    test('there is one end, and nothing after it, whoever goes on writing', async () => {
      const jobId = randomUUID();
      await stream.append(jobId, [token('a'), end, token('late')], 1);
      await stream.append(jobId, [token('later')], 1);
      await stream.append(jobId, [end], 1);
      expect(await contents(jobId)).toEqual(['a', 'end']);
    });

    test('what an older lease adds after a newer one is refused', async () => {
      const jobId = randomUUID();
      await stream.append(jobId, [token('a')], 1);
      await stream.append(jobId, [token('b')], 2);
      await stream.append(jobId, [token('late'), end], 1);
      await stream.append(jobId, [end], 2);
      expect(await contents(jobId)).toEqual(['a', 'b', 'end']);
    });

    test('a job that is taken up again under a newer lease goes on after its end', async () => {
      const jobId = randomUUID();
      await stream.append(jobId, [end], 1);
      await stream.append(jobId, [token('again'), end], 2);
      await stream.append(jobId, [end], 1);
      expect(await contents(jobId)).toEqual(['end', 'again', 'end']);
    });

    test('an end twenty times at once is one end', async () => {
      const jobId = randomUUID();
      await Promise.all(Array.from({ length: 20 }, () => stream.append(jobId, [end], 1)));
      expect(await contents(jobId)).toEqual(['end']);
    });

    test('a place that was pushed out is a gap', async () => {
      const jobId = randomUUID();
      await stream.append(jobId, [token('first')], 1);
      const place = (await stream.read(jobId, undefined, 1)).events[0]?.id;
      for (let batch = 0; batch < 10; batch += 1)
        await stream.append(
          jobId,
          Array.from({ length: tested.length }, (_, index) => token(String(index))),
          1,
        );
      expect((await stream.read(jobId, place, 1)).gap).toBe(true);
    });

    test('what is appended wakes every reader that waits', async () => {
      const jobId = randomUUID();
      const reading = async () => {
        const watch = stream.watch(jobId);
        for (;;) {
          const seen = await contents(jobId);
          if (seen.length > 0) {
            watch.close();
            return seen;
          }
          await watch.changed(undefined, LONG_MS, never);
        }
      };
      const readers = [reading(), reading()];
      await stream.append(jobId, [token('a')], 1);
      expect(await Promise.all(readers)).toEqual([['a'], ['a']]);
    });

    test('what is appended while a reader reads wakes it when it waits again', async () => {
      const jobId = randomUUID();
      const watch = stream.watch(jobId);
      await stream.append(jobId, [token('a')], 1);
      while ((await contents(jobId)).length < 1) await watch.changed(undefined, LONG_MS, never);
      const { events } = await stream.read(jobId, undefined, 10);
      await stream.append(jobId, [token('b')], 1);
      expect(await watch.changed(events[0]?.id, LONG_MS, never)).toBe(true);
      expect(await contents(jobId, events[0]?.id)).toEqual(['b']);
      watch.close();
    });

    test('who watches for the end is woken by nothing before it', async () => {
      const jobId = randomUUID();
      const [all, end] = [stream.watch(jobId), stream.watch(jobId, 'end')];
      // Each may change once, when it begins to hear.
      for (const watch of [all, end]) await watch.changed(undefined, 2_000, never);
      await stream.append(jobId, [token('a'), token('b')], 1);
      expect(await all.changed(undefined, LONG_MS, never)).toBe(true);
      expect(await end.changed(undefined, 1, never)).toBe(false);
      const ended = end.changed(undefined, LONG_MS, never);
      await stream.append(jobId, [{ type: 'end', data: {} }], 1);
      expect(await ended).toBe(true);
      for (const watch of [all, end]) watch.close();
    });

    test('a reader that rings its own watch is woken, now or when it waits again', async () => {
      const watch = stream.watch(randomUUID());
      watch.ring();
      expect(await watch.changed(undefined, LONG_MS, never)).toBe(true);
      const waits = watch.changed(undefined, LONG_MS, never);
      watch.ring();
      expect(await waits).toBe(true);
      watch.close();
    });

    test('waiting ends when the signal fires, and when its time is over', async () => {
      const watch = stream.watch(randomUUID());
      // It may change once, when it begins to hear.
      await watch.changed(undefined, LONG_MS, AbortSignal.timeout(1));
      await watch.changed(undefined, LONG_MS, AbortSignal.abort());
      await expect.poll(() => watch.changed(undefined, 1, never)).toBe(false);
      watch.close();
    });

    test('a watch that is closed leaves the others of its job', async () => {
      const jobId = randomUUID();
      const [one, other] = [stream.watch(jobId), stream.watch(jobId)];
      one.close();
      one.close();
      await stream.append(jobId, [token('a')], 1);
      expect(await other.changed(undefined, LONG_MS, never)).toBe(true);
      other.close();
    });

    test('streams do not mix', async () => {
      const [one, other] = [randomUUID(), randomUUID()];
      await Promise.all([stream.append(one, [token('a')], 1), stream.append(other, [token('b')], 1)]);
      expect(await contents(one)).toEqual(['a']);
    });

    test('it is healthy', async () => {
      await expect(stream.check()).resolves.toBeUndefined();
    });
  });
}
