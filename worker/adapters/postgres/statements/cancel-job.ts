import type pg from 'pg';
import type { OutboxMessage } from '../../../ports.ts';
import type { Cancellation, JobError } from '../../../job-store.ts';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';
import { errorJson } from './job-rows.ts';
import { outboxColumns, writeOutbox } from './outbox-rows.ts';

/** A job that waits ends here; one that runs is marked, and its worker sees the mark when it renews the lease. */
const statement = {
  name: 'cancel_job',
  text: `
    WITH job AS (
      SELECT job_id, status, token = $2 AS same FROM agent_jobs WHERE job_id = $1 AND ${isOurs(4)} FOR UPDATE
    ), ended AS (
      UPDATE agent_jobs SET status = 'cancelled', error = $3, finished_at = now(), cancel_requested = true
      WHERE job_id = (SELECT job_id FROM job WHERE status = 'queued' AND same)
      RETURNING job_id, token
    ), marked AS (
      UPDATE agent_jobs SET cancel_requested = true
      WHERE job_id = (SELECT job_id FROM job WHERE status = 'running')
    ), written AS (${writeOutbox(5, 'ended', 4)}
    )
    SELECT CASE
      WHEN status = 'queued' AND same THEN 'cancelled'
      WHEN status = 'queued' THEN 'changed'
      WHEN status = 'running' THEN 'requested'
      ELSE 'finished'
    END AS answer FROM job`,
};

export async function cancelJob(
  pool: pg.Pool,
  group: Group,
  jobId: string,
  token: number,
  error: JobError,
  messages: readonly OutboxMessage[],
): Promise<Cancellation> {
  const [row] = await query<{ answer: Cancellation }>(pool, statement, [
    jobId,
    token,
    errorJson(error),
    group,
    ...outboxColumns(messages),
  ]);
  return row?.answer ?? 'unknown';
}
