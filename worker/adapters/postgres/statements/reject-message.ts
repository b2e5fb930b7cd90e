import type pg from 'pg';
import type { OutboxMessage } from '../../../ports.ts';
import type { FailedJob } from '../../../job-store.ts';
import { run } from '../connection.ts';
import { NEW_JOB_COLUMNS, newJobValues } from './new-job-values.ts';
import { outboxColumns, writeOutbox } from './outbox-rows.ts';

/** Keeps the messages ($1-$5); with a job also its row and its own messages ($6-$10), unless its id is taken. */
const statement = {
  name: 'reject_message',
  text: `
    WITH failed AS (
      INSERT INTO agent_jobs (${NEW_JOB_COLUMNS}, status, error, finished_at)
      SELECT $11, $12, $13, $14, $15, $16, 'failed', $17::json, now() WHERE $11::text IS NOT NULL
      ON CONFLICT (job_id) DO NOTHING
      RETURNING job_id, token
    ), told AS (${writeOutbox(6, 'failed')}
    ), nobody AS (
      SELECT NULL::bigint AS token
    ), kept AS (${writeOutbox(1, 'nobody')}
    )
    SELECT EXISTS (SELECT FROM failed) AS recorded`,
};

export async function rejectMessage(
  pool: pg.Pool,
  messages: readonly OutboxMessage[],
  failed: FailedJob | undefined,
): Promise<boolean> {
  const job = failed ? newJobValues(failed.job) : [null, null, null, null, null, null];
  const [row] = await run<{ recorded: boolean }>(pool, statement, [
    ...outboxColumns(messages),
    ...outboxColumns(failed?.messages ?? []),
    ...job,
    failed ? JSON.stringify(failed.error) : null,
  ]);
  return row?.recorded ?? false;
}
