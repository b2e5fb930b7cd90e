import type pg from 'pg';
import type { OutboxMessage } from '../../../ports.ts';
import type { JobEnd, Lease } from '../../../job-store.ts';
import { patienceOf } from '../../../jobs/rules/unanswered.ts';
import { query } from '../connection.ts';
import type { Group } from './group.ts';
import { errorJson } from './job-rows.ts';
import { outboxColumns, writeOutbox } from './outbox-rows.ts';

/**
 * Status, result and messages in one transaction, and only for the holder of the highest token. When nothing was updated, the
 * last column tells a lease that was lost from an earlier try of ours whose answer never came back.
 */
const statement = {
  name: 'finish_job',
  text: `
    WITH finished AS (
      UPDATE agent_jobs SET status = $3, result = $4, error = $5, asks = $7, answer_by = now() + $8 * interval '1 ms',
        finished_at = now(), lease_owner = NULL, lease_until = NULL
      WHERE job_id = $1 AND token = $2 AND status = 'running'
      RETURNING job_id, token
    ), written AS (${writeOutbox(9, 'finished', 6)}
    )
    SELECT EXISTS (SELECT FROM finished)
      OR EXISTS (SELECT FROM agent_jobs WHERE job_id = $1 AND token = $2 AND finished_at IS NOT NULL) AS done`,
};

export async function finishJob(
  pool: pg.Pool,
  group: Group,
  lease: Lease,
  end: JobEnd,
  messages: readonly OutboxMessage[],
): Promise<boolean> {
  const [row] = await query<{ done: boolean }>(pool, statement, [
    lease.jobId,
    lease.token,
    end.status,
    end.status === 'completed' ? JSON.stringify(end.result) : null,
    end.status === 'completed' ? null : errorJson(end.error),
    group,
    end.status === 'completed' && end.result['status'] === 'interrupted',
    (end.status === 'completed' ? patienceOf(end.result) : undefined) ?? null,
    ...outboxColumns(messages),
  ]);
  return row?.done ?? false;
}
