import type pg from 'pg';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';

/** One job in a statement: it may have hundreds of mebibytes to drop. */
const statement = {
  name: 'thin_checkpoints',
  text: `
    WITH old AS (
      SELECT job_id FROM agent_jobs
      WHERE status = 'completed' AND NOT thinned AND thread_id IS NULL
        AND finished_at < now() - $1 * interval '1 ms' AND ${isOurs(2)}
      ORDER BY finished_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ), newest AS (
      SELECT stored.job_id, stored.key, stored.refs FROM agent_checkpoints AS stored JOIN old USING (job_id)
      WHERE stored.namespace = '' AND stored.kind = 'checkpoint'
        AND NOT EXISTS (SELECT FROM agent_threads WHERE thread_id = stored.job_id)
      ORDER BY stored.sequence DESC LIMIT 1
    ), dropped AS (
      DELETE FROM agent_checkpoints AS stored USING newest
      WHERE stored.job_id = newest.job_id AND NOT (
        stored.namespace = '' AND (
          stored.kind = 'checkpoint' AND stored.key = newest.key
          OR stored.kind = 'value' AND stored.key = ANY (newest.refs)
        )
      )
    )
    UPDATE agent_jobs SET thinned = true FROM old WHERE agent_jobs.job_id = old.job_id RETURNING agent_jobs.job_id`,
};

export async function thinJob(pool: pg.Pool, group: Group, ageMs: number): Promise<boolean> {
  const rows = await query(pool, statement, [ageMs, group]);
  return rows.length > 0;
}
