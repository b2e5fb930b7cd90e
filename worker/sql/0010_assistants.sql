-- Agents that clients made, to be run by id or name. What each is stands in its versions.
CREATE TABLE agent_assistants (
  assistant_id text PRIMARY KEY,
  job_group text NOT NULL,
  -- The version that runs.
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Lists, the newest first.
CREATE INDEX agent_assistants_created ON agent_assistants (job_group, created_at DESC, assistant_id);

CREATE TABLE agent_assistant_versions (
  assistant_id text NOT NULL REFERENCES agent_assistants ON DELETE CASCADE,
  version integer NOT NULL,
  graph_id text NOT NULL,
  name text NOT NULL,
  description text,
  -- Holds the definition of the agent.
  config json NOT NULL,
  context json NOT NULL,
  metadata jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (assistant_id, version)
);

-- Jobs name agents.
CREATE INDEX agent_assistant_versions_name ON agent_assistant_versions (name);
