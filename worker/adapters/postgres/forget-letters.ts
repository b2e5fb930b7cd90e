import type pg from 'pg';
import { run } from './connection.ts';

const statement = { name: 'forget_letters', text: `DELETE FROM agent_outbox WHERE id = ANY ($1::text[])` };

export async function forgetLetters(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  await run(pool, statement, [ids]);
}
