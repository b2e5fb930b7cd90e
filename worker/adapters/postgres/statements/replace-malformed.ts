import type pg from 'pg';
import type { NewJob } from '../../../job-store.ts';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';
import { firstDue } from './job-options.ts';
import { newJobValues } from './new-job-values.ts';

/** A job takes the place of a message of its id that could not be read. It is one more attempt, with a higher token. */
const statement = {
  name: 'replace_malformed_job',
  text: `
    UPDATE agent_jobs SET
      trace_id = $2, traceparent = $3, payload_hash = $4, request = $5, needs = $6, job_group = $7, agent = $8, about = $9, options = $10,
      status = 'queued', token = token + 1, error = NULL, finished_at = NULL,
      created_at = now(), available_at = ${firstDue('$10::jsonb')}, waits_here = true
    WHERE job_id = $1 AND request = '' AND ${isOurs(7)}
    RETURNING job_id`,
};

/** False when another worker has just done it. */
export async function replaceMalformed(pool: pg.Pool, group: Group, job: NewJob): Promise<boolean> {
  const rows = await query(pool, statement, newJobValues(job, group));
  return rows.length > 0;
}
