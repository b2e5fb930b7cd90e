import type pg from 'pg';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';

const statement = {
  name: 'measure_outbox',
  text: `
    SELECT count(*)::integer AS pending, coalesce(extract(epoch FROM now() - min(created_at)) * 1000, 0)::float8 AS oldest_ms
    FROM agent_outbox WHERE ${isOurs(1, 'agent_outbox')}`,
};

export async function measureOutbox(
  pool: pg.Pool,
  group: Group,
): Promise<{ readonly pending: number; readonly oldestMs: number }> {
  const [row] = await query<{ pending: number; oldest_ms: number }>(pool, statement, [group]);
  return { pending: row?.pending ?? 0, oldestMs: row?.oldest_ms ?? 0 };
}
