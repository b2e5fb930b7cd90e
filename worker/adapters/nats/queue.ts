import { type Consumer, type JetStreamClient, type JsMsg, jetstream } from '@nats-io/jetstream';
import { type MsgHdrs, type NatsConnection, headers as newHeaders } from '@nats-io/transport-node';
import type { Delivery, OutboxMessage, Queue } from '../../ports.ts';
import { consumerDifferences, subjects, wantedConsumer, type QueueNames } from './streams.ts';

/** How long one pull waits for a message. */
const PULL_MS = 5_000;
const PUBLISH_TIMEOUT_MS = 5_000;
/** Assumed until the server has said. */
const DEFAULT_MAX_PAYLOAD = 1_048_576;
/** Payload of an acknowledgement that only asks for more time. */
export const IN_PROGRESS = new TextEncoder().encode('+WPI');

function plainHeaders(headers: MsgHdrs | undefined): Readonly<Record<string, string>> {
  if (!headers) return {};
  return Object.fromEntries(headers.keys().map((key) => [key, headers.get(key)]));
}

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
async function pull(consumer: Consumer, stream: string, signal: AbortSignal): Promise<Delivery | undefined> {
  const messages = await consumer.fetch({ max_messages: 1, expires: PULL_MS });
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

/** A queue on JetStream. `connected` resolves with the first connection; nothing but `check` may be asked before. */
export function natsQueue(connected: Promise<NatsConnection>, names: QueueNames, ackWaitMs: number): Queue {
  let connection: NatsConnection | undefined;
  let client: JetStreamClient | undefined;
  let consumer: Consumer | undefined;
  let up = false;

  const follow = async (made: NatsConnection): Promise<void> => {
    connection = made;
    client = jetstream(made, { timeout: PUBLISH_TIMEOUT_MS });
    up = true;
    for await (const { type } of made.status()) {
      if (type === 'disconnect') up = false;
      if (type === 'reconnect') up = true;
    }
    up = false;
  };
  void connected.then(follow);

  // Without this, what is asked of a server that is away would wait for its time-out.
  const online = (): JetStreamClient => {
    if (!client || !up) throw new Error('not connected to NATS');
    return client;
  };

  return {
    async next(signal) {
      const js = online();
      consumer ??= await js.consumers.get(names.stream, names.consumer);
      try {
        return await pull(consumer, names.stream, signal);
      } catch (error) {
        // It may have been deleted and made anew.
        consumer = undefined;
        throw error;
      }
    },
    extend(handle) {
      if (up) connection?.publish(handle, IN_PROGRESS);
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
    maxPayload: () => connection?.info?.max_payload ?? DEFAULT_MAX_PAYLOAD,
    async check() {
      await check(online(), names, ackWaitMs);
    },
    async close() {
      if (!connection || connection.isClosed()) return;
      await connection.drain();
    },
  };
}

/** Throws unless the consumer serves this worker and a stream stores each kind of event that it publishes. */
async function check(js: JetStreamClient, names: QueueNames, ackWaitMs: number): Promise<void> {
  const manager = await js.jetstreamManager(false);
  const info = await manager.consumers.info(names.stream, names.consumer);
  const wrong = consumerDifferences(info.config, wantedConsumer(names, ackWaitMs)).find(
    (one) => one.verdict === 'stop' || one.field === 'ack_wait',
  );
  if (wrong)
    throw new Error(
      `consumer ${names.consumer} has ${wrong.field} ${String(wrong.found)}, expected ${String(wrong.wanted)}: run \`worker ensure-stream\``,
    );
  for (const subject of [subjects.status(names.prefix, 'completed'), subjects.dead(names.prefix)])
    await manager.streams.find(subject).catch((error: unknown) => {
      throw new Error(`no stream stores ${subject}: run \`worker ensure-stream\``, { cause: error });
    });
}
