import { jetstream } from '@nats-io/jetstream';
import type { Consumer, JetStreamClient, JsMsg } from '@nats-io/jetstream';
import { headers as newHeaders } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Delivery, OutboxMessage, Queue } from '../../ports.ts';
import { checkQueue, marker } from './check.ts';
import type { NatsLink } from './connection.ts';
import { PULL_MS } from './judge-consumer.ts';
import { peek, plainHeaders } from './peek.ts';
import { NamesTaken } from './owner.ts';
import type { QueueOwner } from './owner.ts';
import type { QueueNames } from './streams.ts';

/** The client refuses shorter ones. */
const SHORTEST_PULL_MS = 1_000;
const PUBLISH_TIMEOUT_MS = 5_000;
/** Assumed until the server has said. */
const DEFAULT_MAX_PAYLOAD = 1_048_576;
/** Payload of an acknowledgement that only asks for more time. */
export const IN_PROGRESS = new TextEncoder().encode('+WPI');

function delivery(message: JsMsg, stream: string): Delivery {
  return {
    id: `${stream}:${message.seq}`,
    subject: message.subject,
    headers: plainHeaders(message.headers),
    body: message.data,
    deliveries: message.info.deliveryCount,
    publishedAt: message.time.getTime(),
    // The subject that acknowledgements go to. The class has it, its type does not.
    handle: 'reply' in message ? String(message.reply) : '',
    done: () => message.ack(),
    retry: (afterMs) => message.nak(Math.ceil(afterMs)),
    drop: (reason) => message.term(reason),
  };
}

/** One pull for one message; undefined when none came in time, or the signal fired. */
async function pull(
  consumer: Consumer,
  stream: string,
  signal: AbortSignal,
  waitMs: number,
): Promise<Delivery | undefined> {
  const messages = await consumer.fetch({
    max_messages: 1,
    expires: Math.min(Math.max(waitMs, SHORTEST_PULL_MS), PULL_MS),
  });
  const stop = (): void => messages.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    for await (const message of messages) return delivery(message, stream);
    return undefined;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** What a queue goes by, besides its connection. */
export interface QueueSettings {
  readonly names: QueueNames;
  readonly ackWaitMs: number;
  /** Asked again with each check, as the database may be heard of later. */
  readonly owner: () => Promise<QueueOwner>;
}

/** A queue on JetStream. Nothing but `check` may be asked before the first connection. */
export function natsQueue(link: NatsLink, { names, ackWaitMs, owner }: QueueSettings): Queue {
  let connection: NatsConnection | undefined;
  let client: JetStreamClient | undefined;
  let consumer: Consumer | undefined;
  /** Set while the queue is found to be another executor's: none of its jobs may be taken. */
  let taken: NamesTaken | undefined;
  const mark = marker(names);

  void link.connected.then(
    (made) => {
      connection = made;
      client = jetstream(made, { timeout: PUBLISH_TIMEOUT_MS });
    },
    () => {},
  );

  // Without this, what is asked of a server that is away would wait for its time-out.
  const online = (): JetStreamClient => {
    const problem = link.problem();
    if (!client || problem !== undefined) throw new Error(problem ?? 'not connected to NATS yet');
    return client;
  };

  return {
    source: names.stream,
    async next(signal, waitMs) {
      const js = online();
      if (taken) throw taken;
      consumer ??= await js.consumers.get(names.stream, names.consumer);
      try {
        return await pull(consumer, names.stream, signal, waitMs);
      } catch (error) {
        // It may have been deleted and made anew.
        consumer = undefined;
        throw error;
      }
    },
    extend(handle) {
      link.publish(handle, IN_PROGRESS);
    },
    async publish({ id, subject, headers, body }: OutboxMessage) {
      const hdrs = newHeaders();
      for (const [name, value] of Object.entries(headers)) hdrs.set(name, value);
      await online().publish(subject, body, { msgID: id, headers: hdrs, timeout: PUBLISH_TIMEOUT_MS });
    },
    async backlog() {
      const js = online();
      const found = await js.consumers.get(names.stream, names.consumer);
      return (await found.info(true)).num_pending;
    },
    peek: async (after, limit) => peek(await online().jetstreamManager(false), names, after, limit),
    maxPayload: () => connection?.info?.max_payload ?? DEFAULT_MAX_PAYLOAD,
    async check() {
      const manager = await online().jetstreamManager(false);
      const mine = await owner();
      try {
        await checkQueue(manager, names, ackWaitMs, mine);
        taken = undefined;
      } catch (error) {
        if (error instanceof NamesTaken) taken = error;
        throw error;
      }
      await mark(manager, mine);
    },
    close: () => link.close(),
  };
}
