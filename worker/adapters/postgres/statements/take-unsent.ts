import type pg from 'pg';
import type { OutboxMessage } from '../../../ports.ts';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';

const statement = {
  name: 'take_unsent_messages',
  text: `
    UPDATE agent_outbox SET held_until = now() + $2 * interval '1 ms'
    WHERE id IN (
      SELECT id FROM agent_outbox WHERE held_until <= now() AND ${isOurs(3, 'agent_outbox')}
      ORDER BY held_until LIMIT $1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, subject, headers, body, token`,
};

interface Row {
  readonly id: string;
  readonly subject: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  readonly token: string | null;
}

export async function takeUnsent(
  pool: pg.Pool,
  group: Group,
  limit: number,
  holdMs: number,
): Promise<readonly OutboxMessage[]> {
  const rows = await query<Row>(pool, statement, [limit, holdMs, group]);
  return rows.map(({ token, ...message }) =>
    token === null ? message : { ...message, token: Number(token) },
  );
}
