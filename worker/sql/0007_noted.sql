-- How far the waiting messages of each stream are noted as jobs, and until when one worker does it.
CREATE TABLE agent_sources (
  name text PRIMARY KEY,
  place bigint NOT NULL DEFAULT 0,
  held_until timestamptz NOT NULL
);
