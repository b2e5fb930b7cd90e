import type pg from 'pg';
import { PER_SECONDS } from '../../../jobs/rules/options.ts';
import { query } from '../connection.ts';
import type { Group } from './group.ts';

/** What began longer ago than any rate looks back. */
const statement = {
  name: 'forget_rates',
  text: `DELETE FROM agent_rates WHERE job_group = $1 AND begun[1] < now() - interval '${PER_SECONDS.most} s'`,
};

export async function forgetRates(pool: pg.Pool, group: Group): Promise<void> {
  await query(pool, statement, [group]);
}
