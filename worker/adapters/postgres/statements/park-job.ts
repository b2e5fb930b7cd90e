import type pg from 'pg';
import type { Acceptance, NewJob } from '../../../job-store.ts';
import { query } from '../connection.ts';
import { isOpenTo, isOurs } from './group.ts';
import type { Group } from './group.ts';
import { firstDue } from './job-options.ts';
import { NEW_JOB_COLUMNS, newJobValues } from './new-job-values.ts';
import { replaceMalformed } from './replace-malformed.ts';

/** A row is new when nobody has updated it: xmax is the transaction that did. */
const statement = {
  name: 'park_job',
  text: `
    INSERT INTO agent_jobs AS job (${NEW_JOB_COLUMNS}, status, tenant, waits_here, available_at)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, 'queued', $11, true, ${firstDue('$10::jsonb')} WHERE ${isOpenTo('$1', 7)}
    ON CONFLICT (job_id) DO UPDATE SET
      waits_here = job.waits_here OR (job.payload_hash = excluded.payload_hash AND ${isOurs(7, 'job')})
    RETURNING CASE
      WHEN NOT ${isOurs(7, 'job')} THEN 'conflict'
      WHEN payload_hash <> $4 AND request = '' THEN 'malformed'
      WHEN payload_hash <> $4 THEN 'conflict'
      WHEN xmax = 0 THEN 'accepted'
      ELSE 'known'
    END AS answer`,
};

export async function parkJob(pool: pg.Pool, group: Group, job: NewJob): Promise<Acceptance> {
  const [row] = await query<{ answer: Acceptance | 'malformed' }>(pool, statement, [
    ...newJobValues(job, group),
    job.tenant ?? null,
  ]);
  if (!row) return 'conflict';
  if (row.answer !== 'malformed') return row.answer;
  return (await replaceMalformed(pool, group, job)) ? 'accepted' : parkJob(pool, group, job);
}
