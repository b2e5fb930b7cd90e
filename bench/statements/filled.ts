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

const crowd = `
  INSERT INTO agent_jobs (job_id, job_group, trace_id, payload_hash, request, status, token, attempts, lease_owner, lease_until, options, place)
  SELECT 'of-key-' || n, '${group}', 't', 'h', '{}', 'running', 1, 1, 'bench', now() + interval '1 h',
         jsonb_build_object('concurrency', jsonb_build_object('key', 'key-' || n / 2, 'limit', 2)), n % 2 + 1
  FROM generate_series(0, 99) AS n;
  INSERT INTO agent_jobs (job_id, job_group, trace_id, payload_hash, request, status, waits_here, options)
  SELECT 'behind-' || n, '${group}', 't', 'h', '{}', 'queued', true,
         jsonb_build_object('priority', 9, 'concurrency', jsonb_build_object('key', 'key-' || n % 50, 'limit', 2))
  FROM generate_series(1, 10000) AS n;
  INSERT INTO agent_jobs (job_id, job_group, trace_id, payload_hash, request, status, waits_here, options, available_at)
  SELECT 'later-' || n, '${group}', 't', 'h', '{}', 'queued', true, '{"after_seconds": 86400}', now() + interval '1 day'
  FROM generate_series(1, 10000) AS n;`;

/** Lets 10,000 jobs of a higher priority wait for the places of 50 keys, all of which are taken, and 10,000 for tomorrow. */
export async function crowded(pool: pg.Pool): Promise<void> {
  await pool.query(crowd);
  await pool.query('VACUUM ANALYZE');
}

/** Fills the tables of the worker as a busy month would. */
export async function filled(pool: pg.Pool): Promise<void> {
  await pool.query(fill);
  await pool.query('VACUUM ANALYZE');
}
