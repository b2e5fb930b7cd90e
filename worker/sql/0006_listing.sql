-- What people find jobs by.
ALTER TABLE agent_jobs
  -- Name of the definition.
  ADD COLUMN agent text NOT NULL DEFAULT '',
  -- The start of what the job was asked for.
  ADD COLUMN about text NOT NULL DEFAULT '';

-- Lists, the newest first. Jobs that are not finished have an index of their own.
CREATE INDEX agent_jobs_created ON agent_jobs (created_at, job_id);
CREATE INDEX agent_jobs_agent ON agent_jobs (agent, created_at, job_id);
CREATE INDEX agent_jobs_failed ON agent_jobs (created_at, job_id) WHERE status IN ('failed', 'cancelled');
