-- additive
-- How much waits in these tables for a worker of an executor, by a time: what KEDA asks, so that an executor without Pods gets one. A job
-- that runs counts too where it has no message: its Pod would be stopped otherwise.
CREATE FUNCTION agent_work_due(executor text, until timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
  WITH full_rates AS (
    SELECT coalesce(array_agg(name), '{}') AS names FROM agent_rates WHERE job_group = executor AND next_at > until
  )
  SELECT count(*) FROM (
    SELECT FROM agent_jobs
    WHERE finished_at IS NULL AND waits_here AND available_at <= until AND (job_group = executor OR job_group IS NULL)
      AND (status = 'running' OR NOT coalesce(options -> 'rates' ?| (SELECT names FROM full_rates), false))
    UNION ALL
    -- Too late for their deadline, and to be told so.
    SELECT FROM agent_jobs
    WHERE finished_at IS NULL AND waits_here AND available_at > until AND job_group = executor AND options ? 'deadline_seconds'
      AND created_at AT TIME ZONE 'UTC' + (options ->> 'deadline_seconds')::integer * interval '1 second' <= until AT TIME ZONE 'UTC'
    UNION ALL
    SELECT FROM agent_jobs WHERE answer_by <= until AND job_group = executor
    UNION ALL
    SELECT FROM agent_jobs
    WHERE webhook IS NOT NULL AND finished_at IS NOT NULL AND coalesce(webhook_at, finished_at) <= until AND job_group = executor
    UNION ALL
    SELECT FROM agent_crons WHERE next_at <= until AND job_group = executor
    UNION ALL
    SELECT FROM agent_outbox WHERE held_until <= until AND (job_group = executor OR job_group IS NULL)
    -- More than the Pods of any executor run side by side.
    LIMIT 10000
  ) AS due
$$;
