import type pg from 'pg';
import type { OutboxMessage } from '../../../ports.ts';
import type { Acceptance, NewJob } from '../../../job-store.ts';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';
import { NEW_JOB_COLUMNS, newJobValues } from './new-job-values.ts';
import { outboxColumns, writeOutbox } from './outbox-rows.ts';

const statement = {
  name: 'accept_job',
  text: `
    WITH accepted AS (
      INSERT INTO agent_jobs (${NEW_JOB_COLUMNS}, status)
      VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued')
      ON CONFLICT (job_id) DO NOTHING
      RETURNING job_id, token
    ), written AS (${writeOutbox(8, 'accepted', 7)}
    )
    SELECT 'accepted' AS answer FROM accepted
    UNION ALL
    SELECT CASE WHEN payload_hash = $4 AND ${isOurs(7)} THEN 'known' ELSE 'conflict' END
    FROM agent_jobs WHERE job_id = $1 AND NOT EXISTS (SELECT FROM accepted)`,
};

export async function acceptJob(
  pool: pg.Pool,
  group: Group,
  job: NewJob,
  message: OutboxMessage,
): Promise<Acceptance> {
  const [row] = await query<{ answer: Acceptance }>(pool, statement, [
    ...newJobValues(job, group),
    ...outboxColumns([message]),
  ]);
  // No row: another request inserted the same id this very moment. Asking again finds it.
  return row ? row.answer : acceptJob(pool, group, job, message);
}
