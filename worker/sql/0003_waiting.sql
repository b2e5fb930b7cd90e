-- What a job has been through since its last checkpoint, and where it waits.
ALTER TABLE agent_jobs
  -- Failures that count.
  ADD COLUMN failures integer NOT NULL DEFAULT 0,
  -- Leases that ran out with the job in hand.
  ADD COLUMN crashes integer NOT NULL DEFAULT 0,
  -- When something that it needs was first found to be away.
  ADD COLUMN away_since timestamptz,
  -- No message calls for it: workers take it from this table when available_at has come.
  ADD COLUMN waits_here boolean NOT NULL DEFAULT false,
  -- What the agent depends on, such as the provider of a model.
  ADD COLUMN needs text[] NOT NULL DEFAULT '{}';

-- What workers with a free slot walk.
CREATE INDEX agent_jobs_due ON agent_jobs (available_at) WHERE finished_at IS NULL AND waits_here;

-- Set for the last events of a job, which go to its live stream: the fencing token in whose name they are added.
ALTER TABLE agent_outbox ADD COLUMN token bigint;
