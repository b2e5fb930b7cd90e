import type pg from 'pg';
import type { JobEnd, Lease, OutboxMessage } from '../../ports.ts';
import { run } from './connection.ts';
import { OWN_TURN, outboxColumns, outboxRows } from './outbox-rows.ts';

/**
 * Status, result and messages in one transaction, and only for the holder of the highest token. When nothing was updated, the
 * last column tells a lease that was lost from an earlier try of ours whose answer never came back.
 */
const statement = {
  name: 'finish_job',
  text: `
    WITH finished AS (
      UPDATE agent_jobs SET status = $3, result = $4, error = $5, finished_at = now(), lease_owner = NULL, lease_until = NULL
      WHERE job_id = $1 AND token = $2 AND status = 'running'
      RETURNING job_id
    ), written AS (
      INSERT INTO agent_outbox (id, subject, headers, body, held_until)
      SELECT message.id, message.subject, message.headers, message.body, now() + ${OWN_TURN}
      FROM ${outboxRows(6)}, finished
      ON CONFLICT (id) DO NOTHING
    )
    SELECT EXISTS (SELECT FROM finished)
      OR EXISTS (SELECT FROM agent_jobs WHERE job_id = $1 AND token = $2 AND finished_at IS NOT NULL) AS done`,
};

export async function finishJob(
  pool: pg.Pool,
  lease: Lease,
  end: JobEnd,
  messages: readonly OutboxMessage[],
): Promise<boolean> {
  const [row] = await run<{ done: boolean }>(pool, statement, [
    lease.jobId,
    lease.token,
    end.status,
    end.status === 'completed' ? JSON.stringify(end.result) : null,
    end.status === 'completed' ? null : JSON.stringify(end.error),
    ...outboxColumns(messages),
  ]);
  return row?.done ?? false;
}
