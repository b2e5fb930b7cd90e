import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { StoredMsg } from '@nats-io/jetstream';
import { headers as newHeaders } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { plainHeaders } from './peek.ts';
import { subjects } from './streams.ts';
import type { QueueNames } from './streams.ts';

/** A message that was put aside. */
export interface DeadLetter {
  /** Its place in the stream of dead letters. */
  readonly sequence: number;
  readonly at: Date;
  readonly code: string;
  readonly reason: string;
  /** Where it was published. */
  readonly subject: string;
  /** The message as it came. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Whether the body is its start only. */
  readonly cut: boolean;
}

/** Dead letters, to be looked at and published again. */
export interface DeadLetters {
  /** Those from a place on, at most so many. */
  list(from: number, limit: number): Promise<readonly DeadLetter[]>;
  read(sequence: number): Promise<DeadLetter | undefined>;
  /** Publishes the message where it was published first. */
  publish(letter: DeadLetter): Promise<void>;
  remove(sequence: number): Promise<void>;
}

const OWN = 'agent-dead-';
const ORIGINAL = 'agent-original-';

function letterOf(message: StoredMsg): DeadLetter {
  const all = plainHeaders(message.header);
  const own = (name: string): string => all[`Agent-Dead-${name}`] ?? '';
  // Headers that would steer the queue stay behind: the message is a new one.
  const original = Object.entries(all).filter(([name]) => {
    const key = name.toLowerCase();
    return !key.startsWith(OWN) && !key.startsWith(ORIGINAL) && !key.startsWith('nats-');
  });
  return {
    sequence: message.seq,
    at: message.time,
    code: own('Code'),
    reason: own('Reason'),
    subject: own('Subject'),
    headers: Object.fromEntries(original),
    body: message.data,
    cut: 'Agent-Dead-Body-Bytes' in all,
  };
}

export async function deadLetters(
  connection: NatsConnection,
  { deadStream, prefix }: QueueNames,
): Promise<DeadLetters> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const js = jetstream(connection);
  const from = async (sequence: number): Promise<DeadLetter | undefined> => {
    const query = { seq: sequence, next_by_subj: subjects.dead(prefix) };
    const message = await manager.streams.getMessage(deadStream, query);
    return message ? letterOf(message) : undefined;
  };
  return {
    async list(first, limit) {
      const found: DeadLetter[] = [];
      for (let next = first; found.length < limit;) {
        const letter = await from(next);
        if (!letter) break;
        found.push(letter);
        next = letter.sequence + 1;
      }
      return found;
    },
    async read(sequence) {
      const letter = await from(sequence);
      return letter?.sequence === sequence ? letter : undefined;
    },
    async publish({ subject, headers, body }) {
      const hdrs = newHeaders();
      for (const [name, value] of Object.entries(headers)) hdrs.set(name, value);
      await js.publish(subject, body, { headers: hdrs });
    },
    async remove(sequence) {
      await manager.streams.deleteMessage(deadStream, sequence);
    },
  };
}
