import type { Clock, Delivery, OutboxMessage, Queue } from '../../ports.ts';

interface Message {
  readonly content: OutboxMessage;
  readonly sequence: number;
  readonly publishedAt: number;
  deliveries: number;
  /** Not delivered before; `Infinity` once it is done with. Monotonic milliseconds. */
  due: number;
}

/** What the queue holds, for whoever wants to look: tests, and `worker run`. */
export interface MemoryQueue extends Queue {
  /** Every message stored, in order, duplicates of an id left out. */
  readonly published: readonly OutboxMessage[];
  /** The same with their places, and when each was published. */
  stored(): readonly Pick<Message, 'content' | 'sequence' | 'publishedAt'>[];
  /** Drops a message that no worker has had in hand, as a stream does with those that grow too old; false when there is none. */
  age(place: number): boolean;
  /** Jobs that are not done with, delivered or not. */
  waiting(): number;
}

/** A queue in this process, with the rules of the real one: deduplication by id, ack wait, redelivery after a delay. */
export function memoryQueue(clock: Clock, prefix: string, ackWaitMs: number): MemoryQueue {
  const messages = new Map<string, Message>();
  const published: OutboxMessage[] = [];
  const wakeUps = new Set<() => void>();
  const wakeAll = (): void => {
    for (const wake of wakeUps) wake();
  };

  const deliver = (message: Message): Delivery => {
    message.deliveries += 1;
    message.due = clock.monotonic() + ackWaitMs;
    const settle = (due: number) => (): void => {
      message.due = due;
      wakeAll();
    };
    return {
      id: `memory:${message.sequence}`,
      subject: message.content.subject,
      headers: message.content.headers,
      body: message.content.body,
      deliveries: message.deliveries,
      publishedAt: message.publishedAt,
      handle: message.content.id,
      done: settle(Infinity),
      drop: settle(Infinity),
      retry: (afterMs) => settle(clock.monotonic() + afterMs)(),
    };
  };

  /** Returns with the next change, or after a while. */
  const news = async (signal: AbortSignal, waitMs: number): Promise<void> => {
    const woken = new AbortController();
    const wake = (): void => woken.abort();
    wakeUps.add(wake);
    await clock.sleep(waitMs, AbortSignal.any([signal, woken.signal]));
    wakeUps.delete(wake);
  };

  /** Milliseconds until a message that is held comes again. */
  const untilDue = (): number =>
    Math.max(1, Math.min(...[...messages.values()].map(({ due }) => due)) - clock.monotonic());

  const dueNow = (): Message | undefined =>
    [...messages.values()].find((message) => message.due <= clock.monotonic());

  return {
    published,
    stored: () => [...messages.values()],
    source: 'memory',
    async next(signal, waitMs) {
      if (!signal.aborted && !dueNow()) await news(signal, Math.min(waitMs, untilDue()));
      const message = signal.aborted ? undefined : dueNow();
      return message && deliver(message);
    },
    extend(handle) {
      const message = messages.get(handle);
      if (message && message.due !== Infinity) message.due = clock.monotonic() + ackWaitMs;
    },
    publish(message) {
      if (messages.has(message.id)) return Promise.resolve();
      const isJob = message.subject.startsWith(`${prefix}.execute.`);
      messages.set(message.id, {
        content: message,
        sequence: published.push(message),
        publishedAt: clock.wall().getTime(),
        deliveries: 0,
        due: isJob ? 0 : Infinity,
      });
      wakeAll();
      return Promise.resolve();
    },
    backlog: () =>
      Promise.resolve(
        [...messages.values()].filter((one) => one.deliveries === 0 && one.due !== Infinity).length,
      ),
    peek(after, limit) {
      const later = [...messages.values()].filter(
        (one) => one.deliveries === 0 && one.due !== Infinity && one.sequence > after,
      );
      const seen = later.slice(0, limit).map(({ content, sequence, publishedAt }) => {
        const { subject, headers, body } = content;
        return { id: `memory:${sequence}`, subject, headers, body, deliveries: 0, publishedAt, sequence };
      });
      const more = later.length > limit;
      return Promise.resolve({ messages: seen, upTo: seen.at(-1)?.sequence ?? after, more });
    },
    age(place) {
      const old = [...messages.values()].find((one) => one.sequence === place && one.deliveries === 0);
      if (!old || old.due === Infinity) return false;
      old.due = Infinity;
      return true;
    },
    waiting: () => [...messages.values()].filter(({ due }) => due !== Infinity).length,
    maxPayload: () => 1_048_576,
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
