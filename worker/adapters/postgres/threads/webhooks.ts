import type pg from 'pg';
import type { DueWebhook } from '../../../thread-store.ts';
import { query } from '../connection.ts';
import { RUN_COLUMNS, runFrom } from './runs.ts';
import type { RunRow } from './runs.ts';

interface WebhookRow extends RunRow {
  readonly webhook: string;
  readonly age_ms: number;
}

/** The time between two calls doubles, until it is an hour. */
const TAKE = {
  name: 'take_webhooks',
  text: `
    UPDATE agent_jobs
    SET webhook_at = now() + greatest($2 * interval '1 ms', least(now() - finished_at, interval '1 h'))
    WHERE job_id IN (
      SELECT job_id FROM agent_jobs
      WHERE webhook IS NOT NULL AND finished_at IS NOT NULL AND coalesce(webhook_at, finished_at) <= now() AND job_group = $3
      ORDER BY coalesce(webhook_at, finished_at) LIMIT $1 FOR UPDATE SKIP LOCKED
    )
    RETURNING ${RUN_COLUMNS}, webhook, (extract(epoch FROM now() - finished_at) * 1000)::float8 AS age_ms`,
};
const CLOSE = {
  name: 'close_webhook',
  text: `UPDATE agent_jobs SET webhook = NULL, webhook_at = NULL WHERE job_id = $1 AND job_group = $2`,
};

export async function takeWebhooks(
  pool: pg.Pool,
  group: string,
  limit: number,
  holdMs: number,
): Promise<readonly DueWebhook[]> {
  const rows = await query<WebhookRow>(pool, TAKE, [limit, holdMs, group]);
  return rows.map((row) => ({ run: runFrom(row), url: row.webhook, ageMs: row.age_ms }));
}

export async function closeWebhook(pool: pg.Pool, group: string, runId: string): Promise<void> {
  await query(pool, CLOSE, [runId, group]);
}
