import { randomUUID } from 'node:crypto';
import type { DeadLetters } from '../../jobs/manage/replay-letter.ts';
import { readLetter } from '../../jobs/rules/dead-letter.ts';
import type { DeadLetter } from '../../jobs/rules/dead-letter.ts';
import type { MemoryQueue } from './queue.ts';

/** Dead letters among all that a queue in this process holds. */
export function memoryDeadLetters(queue: MemoryQueue, prefix: string): DeadLetters {
  const removed = new Set<number>();
  const letters = (): readonly DeadLetter[] =>
    queue
      .stored()
      .filter(({ content, sequence }) => content.subject === `${prefix}.dead` && !removed.has(sequence))
      .map(({ content: { headers, body }, sequence, publishedAt }) =>
        readLetter({ sequence, at: new Date(publishedAt), headers, body }),
      );
  return {
    list: async (from, limit) =>
      letters()
        .filter(({ sequence }) => sequence >= from)
        .slice(0, limit),
    read: async (sequence) => letters().find((letter) => letter.sequence === sequence),
    publish: ({ subject, headers, body }) => queue.publish({ id: randomUUID(), subject, headers, body }),
    async remove(sequence) {
      removed.add(sequence);
    },
  };
}
