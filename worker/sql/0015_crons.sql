-- Runs that are asked for again and again.
CREATE TABLE agent_crons (
  cron_id text PRIMARY KEY,
  job_group text NOT NULL,
  -- Who made it over HTTP. Absent where that was an operator.
  tenant text,
  -- With which its runs go on; each has a thread of its own where it is absent.
  thread_id text REFERENCES agent_threads ON DELETE CASCADE,
  -- Whether threads of their own stay once their runs have ended.
  keeps_threads boolean NOT NULL,
  assistant_id text NOT NULL,
  -- Five fields.
  schedule text NOT NULL,
  -- UTC where it is absent.
  timezone text,
  -- It is never due after that.
  end_at timestamptz,
  enabled boolean NOT NULL,
  -- What its runs are asked for with.
  payload json NOT NULL,
  metadata jsonb NOT NULL,
  -- When it is due next; absent when never again.
  next_at timestamptz,
  -- Grows whenever that changes: who has read a lower one comes too late.
  turn integer NOT NULL DEFAULT 0,
  -- Until then a worker has its run in hand.
  held_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX agent_crons_due ON agent_crons (next_at) WHERE next_at IS NOT NULL;
-- Lists, the newest first.
CREATE INDEX agent_crons_created ON agent_crons (job_group, created_at DESC, cron_id);
CREATE INDEX agent_crons_thread ON agent_crons (thread_id) WHERE thread_id IS NOT NULL;
