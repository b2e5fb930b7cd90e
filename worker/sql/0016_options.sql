-- additive
ALTER TABLE agent_jobs
  -- How the job wants to be run; absent where it says nothing of it. A rate is a text: `10/60 KEY`, ten in any 60 s.
  ADD COLUMN options jsonb,
  -- Which of the places that its concurrency key has for jobs that run is its own.
  ADD COLUMN place integer;

-- What workers with a free slot walk: by priority, and who has waited longest.
CREATE INDEX agent_jobs_rank ON agent_jobs
  ((available_at AT TIME ZONE 'UTC' - coalesce((options ->> 'priority')::integer, 0) * interval '1 minute'))
  WHERE finished_at IS NULL AND waits_here;

-- No two that run have the same place of a key, whatever workers believe.
CREATE UNIQUE INDEX agent_jobs_place ON agent_jobs (job_group, (options #>> '{concurrency,key}'), place)
  WHERE status = 'running' AND place IS NOT NULL;

CREATE INDEX agent_jobs_deadline ON agent_jobs
  ((created_at AT TIME ZONE 'UTC' + (options ->> 'deadline_seconds')::integer * interval '1 second'))
  WHERE finished_at IS NULL AND options ? 'deadline_seconds';

CREATE INDEX agent_jobs_tags ON agent_jobs USING gin ((options -> 'tags')) WHERE options ? 'tags';

-- When attempts at jobs of a rate began, the last one first.
CREATE TABLE agent_rates (
  job_group text NOT NULL,
  -- As in the options of jobs.
  name text NOT NULL,
  begun timestamptz[] NOT NULL,
  -- The next may begin then; absent when it may at once.
  next_at timestamptz,
  PRIMARY KEY (job_group, name)
);

CREATE INDEX agent_rates_full ON agent_rates (job_group, next_at) WHERE next_at IS NOT NULL;
