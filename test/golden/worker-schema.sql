CREATE TABLE agent_assistant_versions (
  assistant_id text NOT NULL,
  version integer NOT NULL,
  graph_id text NOT NULL,
  name text NOT NULL,
  description text,
  config json NOT NULL,
  context json NOT NULL,
  metadata jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT agent_assistant_versions_assistant_id_fkey FOREIGN KEY (assistant_id) REFERENCES agent_assistants(assistant_id) ON DELETE CASCADE,
  CONSTRAINT agent_assistant_versions_pkey PRIMARY KEY (assistant_id, version)
);

CREATE TABLE agent_assistants (
  assistant_id text NOT NULL,
  job_group text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT agent_assistants_pkey PRIMARY KEY (assistant_id)
);

CREATE TABLE agent_checkpoints (
  job_id text NOT NULL,
  namespace text NOT NULL,
  kind text NOT NULL,
  key text NOT NULL,
  sequence bigint NOT NULL,
  token bigint NOT NULL,
  channel text NOT NULL DEFAULT ''::text,
  refs text[] NOT NULL DEFAULT '{}'::text[],
  tokens double precision NOT NULL DEFAULT 0,
  type text NOT NULL,
  bytes bytea NOT NULL,
  run_id text,
  CONSTRAINT agent_checkpoints_kind_check CHECK ((kind = ANY (ARRAY['checkpoint'::text, 'value'::text, 'write'::text]))),
  CONSTRAINT agent_checkpoints_pkey PRIMARY KEY (job_id, namespace, kind, key)
);

CREATE TABLE agent_crons (
  cron_id text NOT NULL,
  job_group text NOT NULL,
  tenant text,
  thread_id text,
  keeps_threads boolean NOT NULL,
  assistant_id text NOT NULL,
  schedule text NOT NULL,
  timezone text,
  end_at timestamp with time zone,
  enabled boolean NOT NULL,
  payload json NOT NULL,
  metadata jsonb NOT NULL,
  next_at timestamp with time zone,
  turn integer NOT NULL DEFAULT 0,
  held_until timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT agent_crons_pkey PRIMARY KEY (cron_id),
  CONSTRAINT agent_crons_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES agent_threads(thread_id) ON DELETE CASCADE
);

CREATE TABLE agent_items (
  job_group text NOT NULL,
  namespace text[] NOT NULL,
  key text NOT NULL,
  value jsonb NOT NULL,
  expires_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT agent_items_pkey PRIMARY KEY (job_group, namespace, key)
);

CREATE TABLE agent_jobs (
  job_id text NOT NULL,
  trace_id text NOT NULL,
  traceparent text,
  payload_hash text NOT NULL,
  request text NOT NULL,
  status text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  token bigint NOT NULL DEFAULT 0,
  lease_owner text,
  lease_until timestamp with time zone,
  available_at timestamp with time zone NOT NULL DEFAULT now(),
  cancel_requested boolean NOT NULL DEFAULT false,
  result json,
  error json,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  failures integer NOT NULL DEFAULT 0,
  crashes integer NOT NULL DEFAULT 0,
  away_since timestamp with time zone,
  waits_here boolean NOT NULL DEFAULT false,
  needs text[] NOT NULL DEFAULT '{}'::text[],
  job_group text,
  agent text NOT NULL DEFAULT ''::text,
  about text NOT NULL DEFAULT ''::text,
  thread_id text,
  run json,
  asks boolean NOT NULL DEFAULT false,
  thinned boolean NOT NULL DEFAULT false,
  webhook text,
  webhook_at timestamp with time zone,
  tenant text,
  answer_by timestamp with time zone,
  options jsonb,
  place integer,
  CONSTRAINT agent_jobs_check CHECK (((finished_at IS NOT NULL) = (status = ANY (ARRAY['completed'::text, 'failed'::text, 'cancelled'::text])))),
  CONSTRAINT agent_jobs_pkey PRIMARY KEY (job_id),
  CONSTRAINT agent_jobs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])))
);

CREATE TABLE agent_outbox (
  id text NOT NULL,
  subject text NOT NULL,
  headers json NOT NULL,
  body bytea NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  held_until timestamp with time zone NOT NULL,
  token bigint,
  job_group text,
  CONSTRAINT agent_outbox_pkey PRIMARY KEY (id)
);

CREATE TABLE agent_rates (
  job_group text NOT NULL,
  name text NOT NULL,
  begun timestamp with time zone[] NOT NULL,
  next_at timestamp with time zone,
  CONSTRAINT agent_rates_pkey PRIMARY KEY (job_group, name)
);

CREATE TABLE agent_sources (
  name text NOT NULL,
  place bigint NOT NULL DEFAULT 0,
  held_until timestamp with time zone NOT NULL,
  CONSTRAINT agent_sources_pkey PRIMARY KEY (name)
);

CREATE TABLE agent_threads (
  thread_id text NOT NULL,
  job_group text NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
  definition json,
  temporary boolean NOT NULL DEFAULT false,
  edited_until timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  tenant text,
  CONSTRAINT agent_threads_pkey PRIMARY KEY (thread_id)
);

CREATE TABLE worker_migrations (
  number integer NOT NULL,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT now(),
  breaking boolean NOT NULL DEFAULT true,
  CONSTRAINT worker_migrations_pkey PRIMARY KEY (number)
);

CREATE INDEX agent_assistant_versions_name ON public.agent_assistant_versions USING btree (name);

CREATE INDEX agent_assistants_created ON public.agent_assistants USING btree (job_group, created_at DESC, assistant_id);

CREATE INDEX agent_checkpoints_newest ON public.agent_checkpoints USING btree (job_id, namespace, sequence) WHERE (kind = 'checkpoint'::text);

CREATE INDEX agent_crons_created ON public.agent_crons USING btree (job_group, created_at DESC, cron_id);

CREATE INDEX agent_crons_due ON public.agent_crons USING btree (next_at) WHERE (next_at IS NOT NULL);

CREATE INDEX agent_crons_thread ON public.agent_crons USING btree (thread_id) WHERE (thread_id IS NOT NULL);

CREATE INDEX agent_items_expired ON public.agent_items USING btree (expires_at) WHERE (expires_at IS NOT NULL);

CREATE INDEX agent_jobs_agent ON public.agent_jobs USING btree (agent, created_at, job_id);

CREATE INDEX agent_jobs_answer_by ON public.agent_jobs USING btree (answer_by) WHERE (answer_by IS NOT NULL);

CREATE INDEX agent_jobs_created ON public.agent_jobs USING btree (created_at, job_id);

CREATE INDEX agent_jobs_deadline ON public.agent_jobs USING btree ((((created_at AT TIME ZONE 'UTC'::text) + ((((options ->> 'deadline_seconds'::text))::integer)::double precision * '00:00:01'::interval)))) WHERE ((finished_at IS NULL) AND (options ? 'deadline_seconds'::text));

CREATE INDEX agent_jobs_due ON public.agent_jobs USING btree (available_at) WHERE ((finished_at IS NULL) AND waits_here);

CREATE INDEX agent_jobs_failed ON public.agent_jobs USING btree (created_at, job_id) WHERE (status = ANY (ARRAY['failed'::text, 'cancelled'::text]));

CREATE INDEX agent_jobs_finished ON public.agent_jobs USING btree (finished_at) WHERE (finished_at IS NOT NULL);

CREATE UNIQUE INDEX agent_jobs_one_of_a_thread ON public.agent_jobs USING btree (thread_id) WHERE (status = 'running'::text);

CREATE UNIQUE INDEX agent_jobs_place ON public.agent_jobs USING btree (job_group, ((options #>> '{concurrency,key}'::text[])), place) WHERE ((status = 'running'::text) AND (place IS NOT NULL));

CREATE INDEX agent_jobs_rank ON public.agent_jobs USING btree ((((available_at AT TIME ZONE 'UTC'::text) - ((COALESCE(((options ->> 'priority'::text))::integer, 0))::double precision * '00:01:00'::interval)))) WHERE ((finished_at IS NULL) AND waits_here);

CREATE INDEX agent_jobs_tags ON public.agent_jobs USING gin (((options -> 'tags'::text))) WHERE (options ? 'tags'::text);

CREATE INDEX agent_jobs_tenant ON public.agent_jobs USING btree (tenant, created_at, job_id) WHERE (tenant IS NOT NULL);

CREATE INDEX agent_jobs_thread ON public.agent_jobs USING btree (thread_id, created_at, job_id) WHERE (thread_id IS NOT NULL);

CREATE INDEX agent_jobs_unfinished ON public.agent_jobs USING btree (created_at) WHERE (finished_at IS NULL);

CREATE INDEX agent_jobs_unthinned ON public.agent_jobs USING btree (finished_at) WHERE ((status = 'completed'::text) AND (NOT thinned) AND (thread_id IS NULL));

CREATE INDEX agent_jobs_webhook ON public.agent_jobs USING btree (COALESCE(webhook_at, finished_at)) WHERE ((webhook IS NOT NULL) AND (finished_at IS NOT NULL));

CREATE INDEX agent_outbox_due ON public.agent_outbox USING btree (held_until);

CREATE INDEX agent_rates_full ON public.agent_rates USING btree (job_group, next_at) WHERE (next_at IS NOT NULL);

CREATE INDEX agent_threads_created ON public.agent_threads USING btree (job_group, created_at DESC, thread_id);

CREATE INDEX agent_threads_tenant ON public.agent_threads USING btree (tenant, created_at DESC, thread_id) WHERE (tenant IS NOT NULL);
