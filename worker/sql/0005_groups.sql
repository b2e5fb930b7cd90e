-- Whose a job is: only workers of its group touch it. Absent on rows from before, which any group may take.
ALTER TABLE agent_jobs ADD COLUMN job_group text;

-- Whose queue a message goes to.
ALTER TABLE agent_outbox ADD COLUMN job_group text;
