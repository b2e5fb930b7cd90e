import type pg from 'pg';
import { query } from '../connection.ts';

const statement = {
  name: 'forget_sent_messages',
  text: `DELETE FROM agent_outbox WHERE id = ANY ($1::text[])`,
};

export async function forgetSent(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  await query(pool, statement, [ids]);
}
