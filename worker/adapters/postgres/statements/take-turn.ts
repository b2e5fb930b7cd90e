import type pg from 'pg';
import type { Rate } from '../../../job-options.ts';
import { query } from '../connection.ts';
import type { Group } from './group.ts';

/**
 * Keeps a time for whoever asks, which may be one to come: then nobody asks twice, and each has its turn in the order in which they asked.
 * `begun` has as many times as the rate allows, so that the last of them says when the next may be. A clock is read that goes on while
 * others have the row locked.
 */
const statement = {
  name: 'take_turn',
  text: `
    INSERT INTO agent_rates AS rate (job_group, name, begun) VALUES ($1, $2, ARRAY[clock_timestamp()])
    ON CONFLICT (job_group, name) DO UPDATE SET
      begun = (greatest(clock_timestamp(), rate.begun[$3::integer] + $4 * interval '1 s') || rate.begun)[:$3::integer]
    RETURNING greatest(0, extract(epoch FROM begun[1] - clock_timestamp()) * 1000)::float8 AS wait_ms`,
};

/** Rates of jobs have keys without a line break, and those of tenants' jobs none at their start. */
function nameOf({ key, limit, per_seconds: seconds }: Rate): string {
  return `${limit}/${seconds} \n${key}`;
}

export async function takeTurn(pool: pg.Pool, group: Group, rate: Rate): Promise<number> {
  const values = [group, nameOf(rate), rate.limit, rate.per_seconds];
  const [row] = await query<{ wait_ms: number }>(pool, statement, values);
  return row?.wait_ms ?? 0;
}
