import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery, OutboxMessage, Queue } from '../../worker/ports.ts';
import { until } from '../engine/until.ts';

/** A queue to try: its subjects start with `prefix`, and a message unheard of for `ackWaitMs` comes again. */
export interface QueueUnderTest {
  readonly queue: Queue;
  readonly prefix: string;
  readonly ackWaitMs: number;
  close(): Promise<void>;
}

const never = new AbortController().signal;

/** What every queue does, whatever it is made of. */
export function queueContract(name: string, open: () => Promise<QueueUnderTest>): void {
  describe(`queue: ${name}`, () => {
    let tested: QueueUnderTest;
    let queue: Queue;
    beforeAll(async () => {
      tested = await open();
      queue = tested.queue;
    });
    afterAll(() => tested.close());

    const job = (id: string = randomUUID()): OutboxMessage => ({
      id,
      subject: `${tested.prefix}.execute.one`,
      headers: { 'X-One': 'a b' },
      body: new TextEncoder().encode(`job ${id}`),
    });
    const next = (): Promise<Delivery> =>
      until('a message comes', () => queue.next(never, 1_000), { seconds: 20 });
    const text = (delivery: Delivery): string => new TextDecoder().decode(delivery.body);

    test('a message is delivered with its headers, and is gone when it is done', async () => {
      const message = job();
      await queue.publish(message);
      const delivery = await next();
      expect(delivery).toMatchObject({ subject: message.subject, deliveries: 1 });
      expect(delivery.headers).toMatchObject(message.headers);
      expect(text(delivery)).toBe(`job ${message.id}`);
      expect(Math.abs(Date.now() - delivery.publishedAt)).toBeLessThan(60_000);
      delivery.done();
      expect(await queue.next(never, 1_000)).toBeUndefined();
    });

    test('publishing one id twice stores it once', async () => {
      const message = job();
      await queue.publish(message);
      await queue.publish(message);
      (await next()).done();
      expect(await queue.next(never, 1_000)).toBeUndefined();
    });

    test('a message handed back comes again, counted and under the same place', async () => {
      await queue.publish(job());
      const first = await next();
      first.retry(0);
      const second = await next();
      expect(second.deliveries).toBe(2);
      expect(second.id).toBe(first.id);
      second.done();
    });

    test('a message that is dropped does not come again', async () => {
      await queue.publish(job());
      (await next()).drop('INVALID_EVENT');
      expect(await queue.next(never, 1_000)).toBeUndefined();
    });

    test('a message that nobody speaks of comes again; one that is extended does not', async () => {
      await queue.publish(job());
      const first = await next();
      const extending = setInterval(() => queue.extend(first.handle), tested.ackWaitMs / 5);
      const quiet = AbortSignal.timeout(tested.ackWaitMs * 3);
      while (!quiet.aborted) expect(await queue.next(quiet, 1_000)).toBeUndefined();
      clearInterval(extending);
      const second = await next();
      expect(second.deliveries).toBe(2);
      second.done();
    });

    test('two slots never hold the same message', async () => {
      const messages = Array.from({ length: 10 }, () => job());
      await Promise.all(messages.map((message) => queue.publish(message)));
      const taken = await Promise.all(messages.map(next));
      expect(taken.map(text).toSorted()).toEqual(messages.map(({ id }) => `job ${id}`).toSorted());
      for (const delivery of taken) delivery.done();
    });

    test('the backlog counts what no worker has had in hand', async () => {
      expect(await queue.backlog()).toBe(0);
      await queue.publish(job());
      await queue.publish(job());
      await until('both are counted', async () => (await queue.backlog()) === 2);
      const first = await next();
      await until('one is left', async () => (await queue.backlog()) === 1);
      first.done();
      (await next()).done();
    });

    test('what waits can be looked at, and stays', async () => {
      const messages = [job(), job(), job()];
      for (const message of messages) await queue.publish(message);
      const first = await next();
      const seen = await until('the others are seen', async () => {
        const glimpse = await queue.peek(0, 10);
        return glimpse.messages.length === 2 ? glimpse : undefined;
      });
      const texts = seen.messages.map(({ body }) => new TextDecoder().decode(body));
      expect(texts).toEqual(messages.slice(1).map(({ id }) => `job ${id}`));
      expect(seen.more).toBe(false);
      expect((await queue.peek(seen.upTo, 10)).messages).toEqual([]);
      await queue.publish(job());
      expect((await queue.peek(seen.upTo, 10)).messages).toHaveLength(1);
      expect(await queue.backlog()).toBe(3);
      const second = await next();
      expect(second.id).toBe(seen.messages[0]?.id);
      for (const delivery of [first, second, await next(), await next()]) delivery.done();
    });

    test('waiting ends when the signal fires', async () => {
      const stop = new AbortController();
      const waiting = queue.next(stop.signal, 1_000);
      stop.abort();
      expect(await waiting).toBeUndefined();
      expect(await queue.next(stop.signal, 1_000)).toBeUndefined();
    });

    test('results and dead letters are stored and are no jobs', async () => {
      for (const subject of ['status.completed', 'status.failed', 'dead'])
        await queue.publish({ ...job(), subject: `${tested.prefix}.${subject}` });
      expect(await queue.next(never, 1_000)).toBeUndefined();
    });

    test('it is healthy and knows its limit', async () => {
      await expect(queue.check()).resolves.toBeUndefined();
      expect(queue.maxPayload()).toBeGreaterThanOrEqual(1_048_576);
    });
  });
}
