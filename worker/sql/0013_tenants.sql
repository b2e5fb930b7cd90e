-- Who made it over HTTP, and alone sees it there. Absent where nobody but operators does, as of jobs that came by NATS.
ALTER TABLE agent_jobs ADD COLUMN tenant text;
ALTER TABLE agent_threads ADD COLUMN tenant text;

-- Lists, the newest first.
CREATE INDEX agent_jobs_tenant ON agent_jobs (tenant, created_at, job_id) WHERE tenant IS NOT NULL;
CREATE INDEX agent_threads_tenant ON agent_threads (tenant, created_at DESC, thread_id) WHERE tenant IS NOT NULL;
