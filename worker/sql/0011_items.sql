-- What clients keep beside their threads: values by namespace and key.
CREATE TABLE agent_items (
  job_group text NOT NULL,
  namespace text[] NOT NULL,
  key text NOT NULL,
  value jsonb NOT NULL,
  -- From then on it is not there; the next value that is kept takes its row away.
  expires_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (job_group, namespace, key)
);

CREATE INDEX agent_items_expired ON agent_items (expires_at) WHERE expires_at IS NOT NULL;
