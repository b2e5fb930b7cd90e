-- When the answer is given that its definition has for a question which nobody has answered; absent once that is done.
ALTER TABLE agent_jobs ADD COLUMN answer_by timestamptz;

CREATE INDEX agent_jobs_answer_by ON agent_jobs (answer_by) WHERE answer_by IS NOT NULL;
