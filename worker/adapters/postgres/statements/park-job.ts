import type pg from 'pg';
import type { Acceptance, NewJob } from '../../../job-store.ts';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';
import { NEW_JOB_COLUMNS, newJobValues } from './new-job-values.ts';

/** A row is new when nobody has updated it: xmax is the transaction that did. */
const statement = {
  name: 'park_job',
  text: `
    INSERT INTO agent_jobs AS job (${NEW_JOB_COLUMNS}, status, waits_here)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', true)
    ON CONFLICT (job_id) DO UPDATE SET
      waits_here = job.waits_here OR (job.payload_hash = excluded.payload_hash AND ${isOurs(7, 'job')})
    RETURNING CASE
      WHEN payload_hash <> $4 OR NOT ${isOurs(7, 'job')} THEN 'conflict'
      WHEN xmax = 0 THEN 'accepted'
      ELSE 'known'
    END AS answer`,
};

export async function parkJob(pool: pg.Pool, group: Group, job: NewJob): Promise<Acceptance> {
  const [row] = await query<{ answer: Acceptance }>(pool, statement, newJobValues(job, group));
  return row?.answer ?? 'known';
}
