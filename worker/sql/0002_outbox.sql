-- Messages that a transaction decided to send and that are not known to be stored by the queue. Empty when all is well.
CREATE TABLE agent_outbox (
  -- Nats-Msg-Id of the message: sending it twice has the effect of once.
  id text PRIMARY KEY,
  subject text NOT NULL,
  headers json NOT NULL,
  body bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Whose turn it is: until then the worker that wrote or took the row sends it, after that anyone.
  held_until timestamptz NOT NULL
);

CREATE INDEX agent_outbox_due ON agent_outbox (held_until);
