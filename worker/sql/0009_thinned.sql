-- Whether only the last checkpoint of a completed job is left.
ALTER TABLE agent_jobs ADD COLUMN thinned boolean NOT NULL DEFAULT false;

-- What thinning walks. Threads that many jobs go on with keep theirs.
CREATE INDEX agent_jobs_unthinned ON agent_jobs (finished_at) WHERE status = 'completed' AND NOT thinned AND thread_id IS NULL;
