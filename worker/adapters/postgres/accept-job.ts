import type pg from 'pg';
import type { Acceptance, OutboxMessage, NewJob } from '../../ports.ts';
import { run } from './connection.ts';
import { OWN_TURN, outboxColumns, outboxRows } from './outbox-rows.ts';

const statement = {
  name: 'accept_job',
  text: `
    WITH accepted AS (
      INSERT INTO agent_jobs (job_id, trace_id, traceparent, payload_hash, request, status)
      VALUES ($1, $2, $3, $4, $5, 'queued')
      ON CONFLICT (job_id) DO NOTHING
      RETURNING job_id
    ), written AS (
      INSERT INTO agent_outbox (id, subject, headers, body, held_until)
      SELECT message.id, message.subject, message.headers, message.body, now() + ${OWN_TURN}
      FROM ${outboxRows(6)}, accepted
      ON CONFLICT (id) DO NOTHING
    )
    SELECT 'accepted' AS answer FROM accepted
    UNION ALL
    SELECT CASE WHEN payload_hash = $4 THEN 'known' ELSE 'conflict' END
    FROM agent_jobs WHERE job_id = $1 AND NOT EXISTS (SELECT FROM accepted)`,
};

export async function acceptJob(pool: pg.Pool, job: NewJob, message: OutboxMessage): Promise<Acceptance> {
  const [row] = await run<{ answer: Acceptance }>(pool, statement, [
    job.jobId,
    job.traceId,
    job.traceparent ?? null,
    job.payloadHash,
    job.request,
    ...outboxColumns([message]),
  ]);
  // No row: another request inserted the same id this very moment. Asking again finds it.
  return row ? row.answer : acceptJob(pool, job, message);
}
