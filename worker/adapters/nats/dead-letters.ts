import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream';
import { headers as newHeaders } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import type { DeadLetters } from '../../jobs/manage/replay-letter.ts';
import { readLetter } from '../../jobs/rules/dead-letter.ts';
import type { DeadLetter } from '../../jobs/rules/dead-letter.ts';
import { plainHeaders } from './peek.ts';
import { subjects } from './streams.ts';
import type { QueueNames } from './streams.ts';

function letterOf({ seq, time, header, data }: StoredMsg): DeadLetter {
  return readLetter({ sequence: seq, at: time, headers: plainHeaders(header), body: data });
}

/** Dead letters in their stream. `connected` gives the connection of the moment, or throws. */
export function deadLetters(
  connected: () => Promise<NatsConnection>,
  { deadStream, prefix }: QueueNames,
): DeadLetters {
  const manager = async (): Promise<JetStreamManager> =>
    jetstreamManager(await connected(), { checkAPI: false });
  const from = async (streams: JetStreamManager['streams'], sequence: number) => {
    const query = { seq: sequence, next_by_subj: subjects.dead(prefix) };
    const message = await streams.getMessage(deadStream, query);
    return message ? letterOf(message) : undefined;
  };
  return {
    async list(first, limit) {
      const { streams } = await manager();
      const found: DeadLetter[] = [];
      for (let next = first; found.length < limit;) {
        const letter = await from(streams, next);
        if (!letter) break;
        found.push(letter);
        next = letter.sequence + 1;
      }
      return found;
    },
    async read(sequence) {
      const letter = await from((await manager()).streams, sequence);
      return letter?.sequence === sequence ? letter : undefined;
    },
    async publish({ subject, headers, body }) {
      const hdrs = newHeaders();
      for (const [name, value] of Object.entries(headers)) hdrs.set(name, value);
      await jetstream(await connected()).publish(subject, body, { headers: hdrs });
    },
    async remove(sequence) {
      await (await manager()).streams.deleteMessage(deadStream, sequence);
    },
  };
}
