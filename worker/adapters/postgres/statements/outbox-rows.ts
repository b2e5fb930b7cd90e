import type { OutboxMessage } from '../../../ports.ts';

/** How long the worker that wrote a message has for sending it, before any worker may. */
const OWN_TURN = `interval '5 s'`;

/** Outbox messages as five parallel arrays, which one `unnest` turns into rows whatever their number. */
export function outboxColumns(messages: readonly OutboxMessage[]): readonly unknown[] {
  return [
    messages.map((message) => message.id),
    messages.map((message) => message.subject),
    messages.map((message) => JSON.stringify(message.headers)),
    messages.map((message) => Buffer.from(message.body)),
    messages.map((message) => message.token !== undefined),
  ];
}

/**
 * Writes the messages of `outboxColumns`, when its arrays are the parameters from `first` on, once for each row of the table
 * expression `from`, for the queue of the group that is the parameter `group`. Last events get the `token` of that row.
 */
export function writeOutbox(first: number, from: string, group: number): string {
  const at = (offset: number): string => `$${first + offset}`;
  return `
      INSERT INTO agent_outbox (id, subject, headers, body, token, job_group, held_until)
      SELECT message.id, message.subject, message.headers, message.body,
        CASE WHEN message.closes THEN ${from}.token END, $${group}::text, now() + ${OWN_TURN}
      FROM unnest(${at(0)}::text[], ${at(1)}::text[], ${at(2)}::json[], ${at(3)}::bytea[], ${at(4)}::boolean[])
        AS message (id, subject, headers, body, closes), ${from}
      ON CONFLICT (id) DO NOTHING`;
}
