import type pg from 'pg';
import type { JobError, JobSummary, Lease } from '../../../job-store.ts';
import type { OutboxMessage } from '../../../ports.ts';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';
import { deadline } from './job-options.ts';
import { SUMMARY_COLUMNS, errorJson, summaryOf } from './job-rows.ts';
import type { SummaryRow } from './job-rows.ts';
import { outboxColumns, writeOutbox } from './outbox-rows.ts';

/** One whose worker is gone is ended by the next that takes it. */
const OVERDUE = `status = 'queued' AND finished_at IS NULL AND options ? 'deadline_seconds'
      AND ${deadline()} <= now() AT TIME ZONE 'UTC'`;

const look = {
  name: 'look_for_overdue_jobs',
  text: `SELECT ${SUMMARY_COLUMNS} FROM agent_jobs WHERE ${OVERDUE} AND ${isOurs(1)} LIMIT $2`,
};

export async function overdueJobs(
  pool: pg.Pool,
  group: Group,
  limit: number,
): Promise<readonly JobSummary[]> {
  return (await query<SummaryRow>(pool, look, [group, limit])).map(summaryOf);
}

const end = {
  name: 'end_overdue_job',
  text: `
    WITH ended AS (
      UPDATE agent_jobs SET status = 'failed', error = $3, finished_at = now()
      WHERE job_id = $1 AND token = $2 AND ${OVERDUE} AND ${isOurs(4)}
      RETURNING job_id, token
    ), written AS (${writeOutbox(5, 'ended', 4)}
    )
    SELECT job_id FROM ended`,
};

export async function endOverdue(
  pool: pg.Pool,
  group: Group,
  { jobId, token }: Lease,
  error: JobError,
  messages: readonly OutboxMessage[],
): Promise<boolean> {
  const values = [jobId, token, errorJson(error), group, ...outboxColumns(messages)];
  return (await query(pool, end, values)).length > 0;
}
