-- Whose state a job goes on with. Absent for a job that has a thread of its own, under its own id.
ALTER TABLE agent_jobs
  ADD COLUMN thread_id text,
  -- What a client of the Agent Server asked for beside the input.
  ADD COLUMN run json,
  -- It has ended with a question that a person has to answer.
  ADD COLUMN asks boolean NOT NULL DEFAULT false;

-- One job of a thread runs at a time, whatever workers believe.
CREATE UNIQUE INDEX agent_jobs_one_of_a_thread ON agent_jobs (thread_id) WHERE status = 'running';
CREATE INDEX agent_jobs_thread ON agent_jobs (thread_id, created_at, job_id) WHERE thread_id IS NOT NULL;

-- What many jobs go on with, one after the other: its state is in agent_checkpoints, under its id.
CREATE TABLE agent_threads (
  thread_id text PRIMARY KEY,
  job_group text NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  -- Of the job that was asked for last: what its state is read with.
  definition json,
  -- Forgotten together with its only job.
  temporary boolean NOT NULL DEFAULT false,
  -- Until then somebody changes its state by hand, and no job of it begins.
  edited_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Lists, the newest first.
CREATE INDEX agent_threads_created ON agent_threads (job_group, created_at DESC, thread_id);

-- The job that has written a checkpoint of a thread; absent where the thread is the job's own.
ALTER TABLE agent_checkpoints ADD COLUMN run_id text;
