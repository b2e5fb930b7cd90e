import type pg from 'pg';
import { MOST_CRONS } from '../../../cron-store.ts';
import type { CronFacts, CronRecord } from '../../../cron-store.ts';
import { isSameSchedule, nextDue } from '../../../jobs/schedule.ts';
import { query } from '../connection.ts';
import { transaction } from '../transaction.ts';
import { CRON_COLUMNS, FACT_COLUMNS, cronFrom, factValues } from './cron-rows.ts';
import type { CronRow } from './cron-rows.ts';

/** Two that ask at the same moment may come to one more than the most. */
const COUNT = {
  name: 'count_crons_of_one',
  text: `
    SELECT now() AS now, (
      SELECT count(*)::integer FROM agent_crons WHERE job_group = $1 AND tenant IS NOT DISTINCT FROM $2
    ) AS crons`,
};
const CREATE = {
  name: 'create_cron',
  text: `
    INSERT INTO agent_crons (cron_id, job_group, tenant, thread_id, next_at, ${FACT_COLUMNS})
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING ${CRON_COLUMNS}`,
};
const LOCK = {
  name: 'lock_cron',
  text: `
    SELECT ${CRON_COLUMNS}, clock_timestamp() AS now FROM agent_crons WHERE cron_id = $1 AND job_group = $2
    FOR UPDATE`,
};
const CHANGE = {
  name: 'change_cron',
  text: `
    UPDATE agent_crons SET (${FACT_COLUMNS}) = ($2, $3, $4, $5, $6, $7, $8::json, $9::jsonb), updated_at = now(),
      next_at = CASE WHEN $10 THEN $11 ELSE next_at END,
      turn = turn + $10::boolean::integer,
      held_until = CASE WHEN NOT $10 THEN held_until END
    WHERE cron_id = $1 RETURNING ${CRON_COLUMNS}`,
};
const REMOVE = {
  name: 'remove_cron',
  text: `DELETE FROM agent_crons WHERE cron_id = $1 AND job_group = $2 RETURNING cron_id`,
};

export async function createCron(
  pool: pg.Pool,
  group: string,
  cronId: string,
  facts: CronFacts,
  tenant: string | undefined,
): Promise<CronRecord | undefined> {
  const owner = tenant ?? null;
  const [before] = await query<{ now: Date; crons: number }>(pool, COUNT, [group, owner]);
  if (!before || before.crons >= MOST_CRONS) return undefined;
  const next = nextDue(facts, before.now) ?? null;
  const values = [cronId, group, owner, facts.threadId ?? null, next, ...factValues(facts)];
  const [row] = await query<CronRow>(pool, CREATE, values);
  return row && cronFrom(row);
}

export function changeCron(
  pool: pg.Pool,
  group: string,
  cronId: string,
  change: (cron: CronRecord) => CronFacts,
): Promise<CronRecord | undefined> {
  return transaction(pool, async (client) => {
    const [before] = await query<CronRow & { now: Date }>(client, LOCK, [cronId, group]);
    if (!before) return undefined;
    const cron = cronFrom(before);
    const facts = change(cron);
    const anew = !isSameSchedule(cron, facts);
    const next = (anew && nextDue(facts, before.now)) || null;
    const [row] = await query<CronRow>(client, CHANGE, [cronId, ...factValues(facts), anew, next]);
    return row && cronFrom(row);
  });
}

export async function removeCron(pool: pg.Pool, group: string, cronId: string): Promise<boolean> {
  return (await query(pool, REMOVE, [cronId, group])).length > 0;
}
