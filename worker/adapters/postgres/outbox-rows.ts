import type { OutboxMessage } from '../../ports.ts';

/** How long the worker that wrote a message has for sending it, before any worker may. */
export const OWN_TURN = `interval '5 s'`;

/** Outbox messages as four parallel arrays, which one `unnest` turns into rows whatever their number. */
export function outboxColumns(messages: readonly OutboxMessage[]): readonly unknown[] {
  return [
    messages.map((message) => message.id),
    messages.map((message) => message.subject),
    messages.map((message) => JSON.stringify(message.headers)),
    messages.map((message) => Buffer.from(message.body)),
  ];
}

/** The rows of `outboxColumns` when its arrays are the parameters from `first` on. */
export function outboxRows(first: number): string {
  return `unnest($${first}::text[], $${first + 1}::text[], $${first + 2}::json[], $${first + 3}::bytea[]) AS message (id, subject, headers, body)`;
}
