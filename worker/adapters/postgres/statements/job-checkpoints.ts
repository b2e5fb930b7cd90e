import type pg from 'pg';
import type { StoredCheckpoint } from '../../../ports.ts';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';

const REQUEST = {
  name: 'request_of_job',
  text: `SELECT request FROM agent_jobs WHERE job_id = $1 AND request <> '' AND ${isOurs(2)}`,
};

const CHECKPOINTS = {
  name: 'checkpoints_of_job',
  text: `
    SELECT stored.key, coalesce(stored.run_id, stored.job_id) AS run_id, stored.tokens
    FROM agent_jobs JOIN agent_checkpoints AS stored ON stored.job_id = coalesce(agent_jobs.thread_id, agent_jobs.job_id)
    WHERE agent_jobs.job_id = $1 AND ${isOurs(2)} AND stored.namespace = '' AND stored.kind = 'checkpoint'
    ORDER BY stored.sequence DESC LIMIT $3`,
};

export async function requestOf(pool: pg.Pool, group: Group, jobId: string): Promise<string | undefined> {
  const [row] = await query<{ request: string }>(pool, REQUEST, [jobId, group]);
  return row?.request;
}

export async function checkpointsOf(
  pool: pg.Pool,
  group: Group,
  jobId: string,
  limit: number,
): Promise<readonly StoredCheckpoint[]> {
  const values = [jobId, group, limit];
  const rows = await query<{ key: string; run_id: string; tokens: number }>(pool, CHECKPOINTS, values);
  return rows.map(({ key, run_id, tokens }) => ({ checkpointId: key, jobId: run_id, tokens }));
}
