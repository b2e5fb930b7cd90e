import type pg from 'pg';

/** Whose jobs they are. */
export const group = 'shop/agent';

const fill = `
  INSERT INTO agent_jobs (job_id, job_group, trace_id, payload_hash, request, status, token, agent, about, result, error, created_at, finished_at)
  SELECT 'finished-' || n, '${group}', 't', 'h', '{}', CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'completed' END, 1,
         'agent-' || n % 20, 'What changed in PostgreSQL?', '{"output": "much"}', CASE WHEN n % 10 = 0 THEN '{"code": "TOOL_FAILED"}'::json END,
         now() - n * interval '1 s', now() - n * interval '1 s'
  FROM generate_series(1, 100000) AS n;
  INSERT INTO agent_jobs (job_id, job_group, trace_id, payload_hash, request, status, token, attempts, lease_owner, lease_until)
  SELECT 'running-' || n, '${group}', 't', 'h', '{}', 'running', 1, 1, 'bench', now() + interval '1 h' FROM generate_series(0, 499) AS n;
  INSERT INTO agent_jobs (job_id, job_group, trace_id, payload_hash, request, status, waits_here)
  SELECT 'waiting-' || n, '${group}', 't', 'h', '{}', 'queued', true FROM generate_series(1, 200) AS n;
  INSERT INTO agent_outbox (id, job_group, subject, headers, body, held_until)
  SELECT 'message-' || n, '${group}', 'a.b', '{}', '\\x00', now() + interval '1 h' FROM generate_series(1, 50) AS n;`;

/** Fills the tables of the worker as a busy month would. */
export async function filled(pool: pg.Pool): Promise<void> {
  await pool.query(fill);
  await pool.query('VACUUM ANALYZE');
}
