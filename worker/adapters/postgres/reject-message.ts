import type pg from 'pg';
import type { FailedJob, OutboxMessage } from '../../ports.ts';
import { run } from './connection.ts';
import { OWN_TURN, outboxColumns, outboxRows } from './outbox-rows.ts';

/** Keeps the messages ($1-$4); with a job also its row and its own messages ($5-$8), unless its id is taken. */
const statement = {
  name: 'reject_message',
  text: `
    WITH failed AS (
      INSERT INTO agent_jobs (job_id, trace_id, traceparent, payload_hash, request, status, error, finished_at)
      SELECT $9, $10, $11, $12, $13, 'failed', $14::json, now() WHERE $9::text IS NOT NULL
      ON CONFLICT (job_id) DO NOTHING
      RETURNING job_id
    ), told AS (
      INSERT INTO agent_outbox (id, subject, headers, body, held_until)
      SELECT message.id, message.subject, message.headers, message.body, now() + ${OWN_TURN}
      FROM ${outboxRows(5)}, failed
      ON CONFLICT (id) DO NOTHING
    ), kept AS (
      INSERT INTO agent_outbox (id, subject, headers, body, held_until)
      SELECT message.id, message.subject, message.headers, message.body, now() + ${OWN_TURN}
      FROM ${outboxRows(1)}
      ON CONFLICT (id) DO NOTHING
    )
    SELECT EXISTS (SELECT FROM failed) AS recorded`,
};

export async function rejectMessage(
  pool: pg.Pool,
  messages: readonly OutboxMessage[],
  failed: FailedJob | undefined,
): Promise<boolean> {
  const [row] = await run<{ recorded: boolean }>(pool, statement, [
    ...outboxColumns(messages),
    ...outboxColumns(failed?.messages ?? []),
    failed?.job.jobId ?? null,
    failed?.job.traceId ?? null,
    failed?.job.traceparent ?? null,
    failed?.job.payloadHash ?? null,
    failed?.job.request ?? null,
    failed ? JSON.stringify(failed.error) : null,
  ]);
  return row?.recorded ?? false;
}
