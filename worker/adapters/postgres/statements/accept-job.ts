import type pg from 'pg';
import type { OutboxMessage } from '../../../ports.ts';
import type { Acceptance, NewJob } from '../../../job-store.ts';
import { query } from '../connection.ts';
import { isOpenTo, isOurs } from './group.ts';
import type { Group } from './group.ts';
import { firstDue, waitsHere } from './job-options.ts';
import { NEW_JOB_COLUMNS, newJobValues } from './new-job-values.ts';
import { outboxColumns, writeOutbox } from './outbox-rows.ts';
import { replaceMalformed } from './replace-malformed.ts';

const statement = {
  name: 'accept_job',
  text: `
    WITH accepted AS (
      INSERT INTO agent_jobs (${NEW_JOB_COLUMNS}, status, tenant, available_at, waits_here)
      SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, 'queued', $11, ${firstDue('$10::jsonb')}, ${waitsHere('$10::jsonb')}
      WHERE ${isOpenTo('$1', 7)}
      ON CONFLICT (job_id) DO NOTHING
      RETURNING job_id, token
    ), written AS (${writeOutbox(12, 'accepted', 7)}
    )
    SELECT 'accepted' AS answer FROM accepted
    UNION ALL
    SELECT CASE
      WHEN NOT ${isOurs(7)} THEN 'conflict'
      WHEN payload_hash = $4 THEN 'known'
      WHEN request = '' THEN 'malformed'
      ELSE 'conflict'
    END
    FROM agent_jobs WHERE job_id = $1 AND NOT EXISTS (SELECT FROM accepted)
    UNION ALL
    SELECT 'conflict' WHERE NOT (${isOpenTo('$1', 7)})`,
};

export async function acceptJob(
  pool: pg.Pool,
  group: Group,
  job: NewJob,
  message: OutboxMessage,
): Promise<Acceptance> {
  const [row] = await query<{ answer: Acceptance | 'malformed' }>(pool, statement, [
    ...newJobValues(job, group),
    job.tenant ?? null,
    ...outboxColumns([message]),
  ]);
  // No row: another request inserted the same id this very moment. Asking again finds it.
  if (!row) return acceptJob(pool, group, job, message);
  if (row.answer !== 'malformed') return row.answer;
  return (await replaceMalformed(pool, group, job)) ? 'accepted' : acceptJob(pool, group, job, message);
}
