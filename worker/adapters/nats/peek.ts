import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/transport-node';
import type { Glimpse } from '../../ports.ts';
import { subjects } from './streams.ts';
import type { QueueNames } from './streams.ts';

/** Asked for at once. */
const TOGETHER = 20;

export function plainHeaders(headers: MsgHdrs | undefined): Readonly<Record<string, string>> {
  if (!headers) return {};
  return Object.fromEntries(headers.keys().map((key) => [key, headers.get(key)]));
}

/**
 * Reads messages of a stream behind the last one that its consumer has delivered, where they are. No consumer of our own: a
 * work queue takes no other one, and none is counted where the backlog is measured.
 */
export async function peek(
  manager: JetStreamManager,
  { stream, consumer, prefix }: QueueNames,
  after: number,
  limit: number,
): Promise<Glimpse> {
  const [{ state }, { delivered }] = await Promise.all([
    manager.streams.info(stream),
    manager.consumers.info(stream, consumer),
  ]);
  // A stream that was made anew counts from one again.
  const known = after > state.last_seq ? 0 : after;
  const first = Math.max(known, delivered.stream_seq, state.first_seq - 1);
  const found = new Map<number, StoredMsg>();
  let upTo = first;
  while (upTo < state.last_seq && found.size < limit) {
    const sequences = Array.from({ length: TOGETHER }, (_, index) => upTo + 1 + index).filter(
      (sequence) => sequence <= state.last_seq,
    );
    const query = (seq: number) => ({ seq, next_by_subj: subjects.jobs(prefix) });
    const messages = await Promise.all(
      sequences.map((seq) => manager.streams.getMessage(stream, query(seq))),
    );
    for (const message of messages) if (message) found.set(message.seq, message);
    // Where the last question had no answer there is nothing behind it, and where it had one nothing between the two.
    upTo = messages.at(-1)?.seq ?? state.last_seq;
  }
  const messages = [...found.values()].map((message) => ({
    id: `${stream}:${message.seq}`,
    subject: message.subject,
    headers: plainHeaders(message.header),
    body: message.data,
    deliveries: 0,
    publishedAt: message.time.getTime(),
  }));
  return { messages, upTo, more: upTo < state.last_seq };
}
