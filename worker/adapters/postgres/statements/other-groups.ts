import type pg from 'pg';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';

const statement = {
  name: 'count_jobs_of_others',
  text: `
    SELECT job_group, count(*)::integer AS unfinished FROM agent_jobs
    WHERE finished_at IS NULL AND NOT ${isOurs(1)} GROUP BY job_group ORDER BY job_group`,
};

export async function otherGroups(pool: pg.Pool, group: Group): Promise<Readonly<Record<string, number>>> {
  const rows = await query<{ job_group: string; unfinished: number }>(pool, statement, [group]);
  return Object.fromEntries(rows.map((row) => [row.job_group, row.unfinished]));
}
