import type pg from 'pg';
import type { OutboxMessage } from '../../../ports.ts';
import type { FailedJob } from '../../../job-store.ts';
import { query } from '../connection.ts';
import type { Group } from './group.ts';
import { NEW_JOB_COLUMNS, newJobValues } from './new-job-values.ts';
import { outboxColumns, writeOutbox } from './outbox-rows.ts';

/** Keeps the messages ($2-$6); with a job also its row and its own messages ($7-$11), unless its id is taken. */
const statement = {
  name: 'reject_message',
  text: `
    WITH failed AS (
      INSERT INTO agent_jobs (${NEW_JOB_COLUMNS}, status, error, finished_at)
      SELECT $12, $13, $14, $15, $16, $17, $18, 'failed', $19::json, now() WHERE $12::text IS NOT NULL
      ON CONFLICT (job_id) DO NOTHING
      RETURNING job_id, token
    ), told AS (${writeOutbox(7, 'failed', 1)}
    ), nobody AS (
      SELECT NULL::bigint AS token
    ), kept AS (${writeOutbox(2, 'nobody', 1)}
    )
    SELECT EXISTS (SELECT FROM failed) AS recorded`,
};

export async function rejectMessage(
  pool: pg.Pool,
  group: Group,
  messages: readonly OutboxMessage[],
  failed: FailedJob | undefined,
): Promise<boolean> {
  const job = failed ? newJobValues(failed.job, group) : [null, null, null, null, null, null, null];
  const [row] = await query<{ recorded: boolean }>(pool, statement, [
    group,
    ...outboxColumns(messages),
    ...outboxColumns(failed?.messages ?? []),
    ...job,
    failed ? JSON.stringify(failed.error) : null,
  ]);
  return row?.recorded ?? false;
}
