import type pg from 'pg';
import type { Rejected, Rejection } from '../../../rejection.ts';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';
import { errorJson } from './job-rows.ts';
import { NEW_JOB_COLUMNS, newJobValues } from './new-job-values.ts';
import { outboxColumns, writeOutbox } from './outbox-rows.ts';

/**
 * The letter ($2-$6) is kept; with it the failed job ($17-$27) and its messages ($7-$11), or, where its id is taken or it has
 * none, the refusal ($12-$16). Nothing of it when the same message was rejected before.
 */
const statement = {
  name: 'reject_message',
  text: `
    WITH known AS (
      SELECT FROM agent_jobs WHERE job_id = $17 AND payload_hash = $20 AND ${isOurs(1)}
    ), failed AS (
      INSERT INTO agent_jobs (${NEW_JOB_COLUMNS}, status, error, finished_at)
      SELECT $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, 'failed', $27::json, now() WHERE $17::text IS NOT NULL
      ON CONFLICT (job_id) DO NOTHING
      RETURNING job_id, token
    ), told AS (${writeOutbox(7, 'failed', 1)}
    ), news AS (
      SELECT NULL::bigint AS token WHERE NOT EXISTS (SELECT FROM known)
    ), kept AS (${writeOutbox(2, 'news', 1)}
    ), taken AS (
      SELECT token FROM news WHERE NOT EXISTS (SELECT FROM failed)
    ), refused AS (${writeOutbox(12, 'taken', 1)}
    )
    SELECT CASE
      WHEN EXISTS (SELECT FROM failed) THEN 'failed'
      WHEN EXISTS (SELECT FROM known) THEN 'known'
      ELSE 'refused'
    END AS answer`,
};

const NO_JOB = Array.from({ length: 10 }, () => null);

export async function rejectMessage(
  pool: pg.Pool,
  group: Group,
  { letter, failed, refusal }: Rejection,
): Promise<Rejected> {
  const [row] = await query<{ answer: Rejected }>(pool, statement, [
    group,
    ...outboxColumns([letter]),
    ...outboxColumns(failed?.messages ?? []),
    ...outboxColumns([refusal]),
    ...(failed ? newJobValues(failed.job, group) : NO_JOB),
    failed ? errorJson(failed.error) : null,
  ]);
  return row?.answer ?? 'known';
}
