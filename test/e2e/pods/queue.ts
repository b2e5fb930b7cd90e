import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';

/** Which NATS, and how to get in where it is not open. */
export interface QueueOrder {
  readonly servers: string;
  /** A credentials file, and who signed the certificate of the server. */
  readonly login?: { readonly creds: string; readonly ca: string };
}

/** Jobs to publish, each under its own id, all with the same definition and input. */
export interface PublishOrder extends QueueOrder {
  readonly subject: string;
  readonly jobs: readonly { readonly id: string; readonly definition: object; readonly input: object }[];
}

/** What to look for in a stream of results. */
export interface ResultsOrder extends QueueOrder {
  readonly stream: string;
  /** Only jobs whose id begins so. */
  readonly prefix: string;
}

/** A stream to make, and a consumer of it. */
export interface StreamOrder extends QueueOrder {
  readonly stream: Parameters<JetStreamManager['streams']['add']>[0];
  readonly consumer: Parameters<JetStreamManager['consumers']['add']>[1];
}

async function connected<T>(
  { servers, login }: QueueOrder,
  work: (connection: NatsConnection) => Promise<T>,
): Promise<T> {
  const given = login && {
    authenticator: credsAuthenticator(new TextEncoder().encode(login.creds)),
    tls: { ca: login.ca },
  };
  const connection = await connect({ servers, timeout: 5_000, ...given });
  try {
    return await work(connection);
  } finally {
    await connection.drain();
  }
}

/** Publishes all at once; gives how many the stream has stored. */
export function publish({ subject, jobs, ...queue }: PublishOrder): Promise<{ stored: number }> {
  return connected(queue, async (connection) => {
    const client = jetstream(connection);
    const stored = jobs.map(async ({ id, definition, input }) => {
      const data = { job_id: id, trace_id: id, agent_definition: definition, input_payload: input };
      const event = { specversion: '1.0', type: 'dev.my-platform.agent.execute', source: 'e2e', id, data };
      await client.publish(subject, JSON.stringify(event), { msgID: id });
    });
    await Promise.all(stored);
    return { stored: stored.length };
  });
}

/** How often each job was said to be completed, and how often to have failed. */
export function results({
  stream,
  prefix,
  ...queue
}: ResultsOrder): Promise<Record<string, Record<string, number>>> {
  return connected(queue, async (connection) => {
    const counts: Record<string, Record<string, number>> = {};
    for await (const { subject, body } of messages(connection, stream)) {
      // What the worker publishes is a CloudEvent whose subject is the job.
      const { subject: job } = JSON.parse(body) as { subject: string };
      if (!job.startsWith(prefix)) continue;
      const ofJob = (counts[job] ??= {});
      const status = subject.split('.').at(-1) ?? '';
      ofJob[status] = (ofJob[status] ?? 0) + 1;
    }
    return counts;
  });
}

async function* messages(connection: NatsConnection, stream: string) {
  const client = jetstream(connection);
  const consumer = await client.consumers.get(stream);
  let left = (await consumer.info()).num_pending;
  while (left > 0) {
    for await (const message of await consumer.fetch({ max_messages: Math.min(left, 500), expires: 5_000 })) {
      left -= 1;
      yield { subject: message.subject, body: message.string() };
    }
  }
}

/** Makes a stream and a consumer of it, as somebody may have done before us. */
export function makeStream({ stream, consumer, ...queue }: StreamOrder): Promise<unknown> {
  return connected(queue, async (connection) => {
    const manager = await jetstreamManager(connection);
    await manager.streams.add(stream);
    await manager.consumers.add(stream.name, consumer);
    return stream.name;
  });
}

/** Every stream with its subjects, messages and consumers. */
export function streams(queue: QueueOrder): Promise<unknown> {
  return connected(queue, async (connection) => {
    const manager = await jetstreamManager(connection);
    const found = await manager.streams.list().next();
    return Promise.all(
      found.map(async ({ config, state }) => ({
        name: config.name,
        subjects: config.subjects,
        messages: state.messages,
        consumers: await consumers(manager, config.name),
      })),
    );
  });
}

async function consumers(manager: JetStreamManager, stream: string): Promise<unknown> {
  const found = await manager.consumers.list(stream).next();
  return found.map(({ name, num_pending, num_ack_pending }) => ({ name, num_pending, num_ack_pending }));
}

/** Deletes streams with all that is in them. */
export function deleteStreams({
  names,
  ...queue
}: QueueOrder & { names: readonly string[] }): Promise<unknown> {
  return connected(queue, async (connection) => {
    const manager = await jetstreamManager(connection);
    for (const name of names) await manager.streams.delete(name);
    return names;
  });
}
