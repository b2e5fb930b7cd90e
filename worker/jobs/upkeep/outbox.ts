import type { Clock, EventStream, OutboxMessage, Queue } from '../../ports.ts';
import type { JobStore } from '../../job-store.ts';
import { readLastEvents } from '../rules/last-events.ts';

/** Sends the messages that transactions wrote. */
export interface Outbox {
  /** Publishes messages that this worker has just written. What fails is left for the sweep of any worker. */
  send(messages: readonly OutboxMessage[]): Promise<void>;
  /** Publishes messages that nobody sent in time; gives their number. */
  sweep(): Promise<number>;
  /** Crosses off what is published and not yet crossed off. */
  close(): Promise<void>;
}

/** Published messages are crossed off together: one statement for all jobs that finish within this time. */
const CROSS_OFF_MS = 20;
const SWEEP_LIMIT = 100;
/** Longer than a publish may take, so that no two workers send one message at the same time. */
const SWEEP_HOLD_MS = 7_000;

/** `onError` hears of each message that could not be sent, and of each batch that could not be crossed off. */
export function outbox(
  queue: Pick<Queue, 'publish'>,
  events: Pick<EventStream, 'append'>,
  store: Pick<JobStore, 'takeUnsent' | 'sent'>,
  clock: Clock,
  onError: (error: unknown) => void,
): Outbox {
  let published: string[] = [];
  let crossing: Promise<void> | undefined;
  /** What was away when it was tried last. While the queue is, one message at a time is taken, so that the others are not held. */
  const away = new Set<'queue' | 'events'>();

  const deliver = async (message: OutboxMessage): Promise<void> => {
    if (message.token === undefined) return queue.publish(message);
    await events.append(message.subject, readLastEvents(message), message.token);
  };

  const crossOff = async (): Promise<void> => {
    await clock.sleep(CROSS_OFF_MS);
    const ids = published;
    published = [];
    crossing = undefined;
    // Sent but not crossed off: the sweep sends it again, under the same id, which the queue drops.
    await store.sent(ids).catch(onError);
  };

  const publish = async (message: OutboxMessage): Promise<void> => {
    const target = message.token === undefined ? 'queue' : 'events';
    try {
      await deliver(message);
      away.delete(target);
    } catch (error) {
      away.add(target);
      onError(error);
      return;
    }
    published.push(message.id);
    crossing ??= crossOff();
  };

  const send = async (messages: readonly OutboxMessage[]): Promise<void> => {
    await Promise.all(messages.map(publish));
  };

  return {
    send,
    async sweep() {
      const messages = await store.takeUnsent(away.has('queue') ? 1 : SWEEP_LIMIT, SWEEP_HOLD_MS);
      await send(messages);
      return messages.length;
    },
    async close() {
      await crossing;
    },
  };
}
