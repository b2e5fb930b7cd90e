import type pg from 'pg';
import type { CronTurn, DueCron } from '../../../cron-store.ts';
import { nextDue } from '../../../jobs/schedule.ts';
import { query } from '../connection.ts';
import { CRON_COLUMNS, cronFrom } from './cron-rows.ts';
import type { CronRow } from './cron-rows.ts';

const TAKE = {
  name: 'take_crons',
  text: `
    UPDATE agent_crons SET held_until = now() + $2 * interval '1 ms'
    WHERE cron_id IN (
      SELECT cron_id FROM agent_crons
      WHERE next_at <= now() AND (held_until IS NULL OR held_until <= now()) AND job_group = $3
      ORDER BY next_at LIMIT $1 FOR UPDATE SKIP LOCKED
    )
    RETURNING ${CRON_COLUMNS}, turn, now() AS now`,
};
const MOVE_ON = {
  name: 'move_cron_on',
  text: `
    UPDATE agent_crons SET next_at = $3, turn = turn + 1, held_until = NULL
    WHERE cron_id = $1 AND turn = $2 AND job_group = $4 RETURNING cron_id`,
};

interface DueRow extends CronRow {
  readonly turn: number;
  readonly now: Date;
}

export async function takeCrons(
  pool: pg.Pool,
  group: string,
  limit: number,
  holdMs: number,
): Promise<readonly DueCron[]> {
  const rows = await query<DueRow>(pool, TAKE, [limit, holdMs, group]);
  return rows.map((row) => {
    const cron = cronFrom(row);
    const nextAt = nextDue(cron, row.now)?.toISOString();
    return { cron, turn: { cronId: cron.cronId, turn: row.turn, nextAt } };
  });
}

/** Alone, or in the transaction that puts its run. */
export async function moveCronOn(
  over: pg.Pool | pg.PoolClient,
  group: string,
  { cronId, turn, nextAt }: CronTurn,
): Promise<boolean> {
  return (await query(over, MOVE_ON, [cronId, turn, nextAt ?? null, group])).length > 0;
}
