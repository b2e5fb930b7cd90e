-- One row a job, from the first moment that anybody hears of it until its retention ends.
CREATE TABLE agent_jobs (
  job_id text PRIMARY KEY,
  trace_id text NOT NULL,
  traceparent text,
  -- Tells a redelivery from another job under the same id.
  payload_hash text NOT NULL,
  -- The event, published again when its message is lost.
  request text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
  attempts integer NOT NULL DEFAULT 0,
  -- Fencing token: grows with each claim, and only its holder may finish the job.
  token bigint NOT NULL DEFAULT 0,
  lease_owner text,
  lease_until timestamptz,
  -- The next attempt is not made before.
  available_at timestamptz NOT NULL DEFAULT now(),
  cancel_requested boolean NOT NULL DEFAULT false,
  -- json, not jsonb: an agent may well answer \u0000.
  result json,
  error json,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  CHECK ((finished_at IS NOT NULL) = (status IN ('completed', 'failed', 'cancelled')))
) WITH (fillfactor = 80);

-- What the reaper walks. It holds no column that a heartbeat changes, so that heartbeats stay heap-only updates.
CREATE INDEX agent_jobs_unfinished ON agent_jobs (created_at) WHERE finished_at IS NULL;

-- What retention walks.
CREATE INDEX agent_jobs_finished ON agent_jobs (finished_at) WHERE finished_at IS NOT NULL;
