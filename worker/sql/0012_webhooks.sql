-- Whom the client of a run wants called once it has ended; absent once that is done.
ALTER TABLE agent_jobs
  ADD COLUMN webhook text,
  -- When it may be called again; absent before the first time.
  ADD COLUMN webhook_at timestamptz;

CREATE INDEX agent_jobs_webhook ON agent_jobs (coalesce(webhook_at, finished_at))
  WHERE webhook IS NOT NULL AND finished_at IS NOT NULL;
