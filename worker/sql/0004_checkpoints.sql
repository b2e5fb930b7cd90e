-- How far the agent of each job has come, in the order in which it was written. What LangGraph gives is kept as bytes.
CREATE TABLE agent_checkpoints (
  job_id text NOT NULL,
  -- Empty for the orchestrator's own graph; those of its specialists have names of their own.
  namespace text NOT NULL,
  -- A checkpoint; the value of one of its channels; what a task of its unfinished step has produced.
  kind text NOT NULL CHECK (kind IN ('checkpoint', 'value', 'write')),
  -- Id of a checkpoint; channel and version; checkpoint, task and place.
  key text NOT NULL,
  -- Order, as the database saw it: no worker's clock has a say.
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  -- Fencing token of the lease in whose name it was written.
  token bigint NOT NULL,
  channel text NOT NULL DEFAULT '',
  -- Keys of the values of a checkpoint.
  refs text[] NOT NULL DEFAULT '{}',
  -- Tokens of models that the job had used by then.
  tokens float8 NOT NULL DEFAULT 0,
  type text NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (job_id, namespace, kind, key)
);

-- The newest checkpoint of a graph.
CREATE INDEX agent_checkpoints_newest ON agent_checkpoints (job_id, namespace, sequence) WHERE kind = 'checkpoint';
