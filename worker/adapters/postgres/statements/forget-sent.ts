import type pg from 'pg';
import { run } from '../connection.ts';

const statement = {
  name: 'forget_sent_messages',
  text: `DELETE FROM agent_outbox WHERE id = ANY ($1::text[])`,
};

export async function forgetSent(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  await run(pool, statement, [ids]);
}
