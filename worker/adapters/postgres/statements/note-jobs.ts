import type pg from 'pg';
import type { NotedJob } from '../../../job-store.ts';
import { query } from '../connection.ts';
import { isOpenTo, isOurs } from './group.ts';
import type { Group } from './group.ts';
import { firstDue, waitsHere } from './job-options.ts';
import { NEW_JOB_COLUMNS, newJobValues } from './new-job-values.ts';

const begin = {
  name: 'begin_noting',
  text: `
    INSERT INTO agent_sources AS source (name, held_until) VALUES ($1, now() + $2 * interval '1 ms')
    ON CONFLICT (name) DO UPDATE SET held_until = excluded.held_until WHERE source.held_until <= now()
    RETURNING place`,
};

/** A stream is named once for each group that reads it. */
function nameOf(group: Group, source: string): string {
  return `${group} ${source}`;
}

export async function beginNoting(
  pool: pg.Pool,
  group: Group,
  source: string,
  holdMs: number,
): Promise<number | undefined> {
  const [row] = await query<{ place: string }>(pool, begin, [nameOf(group, source), holdMs]);
  return row && Number(row.place);
}

/** A job that is known already is left as it is. Times of the queue's clock are never later than now. */
const note = {
  name: 'note_jobs',
  text: `
    WITH waiting AS (
      SELECT * FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::jsonb[], $10::text[], $11::text[], $12::float8[], $13::text[], $14::jsonb[])
        AS job (job_id, trace_id, traceparent, payload_hash, request, needs, agent, about, published_at, thread_id, options)
    ), noted AS (
      INSERT INTO agent_jobs (${NEW_JOB_COLUMNS}, status, created_at, thread_id, tenant, available_at, waits_here)
      SELECT job_id, trace_id, traceparent, payload_hash, request, ARRAY(SELECT jsonb_array_elements_text(needs)), $1,
        agent, about, options, 'queued', least(now(), to_timestamp(published_at / 1000)), thread_id,
        coalesce((SELECT tenant FROM agent_threads AS thread WHERE thread.thread_id = waiting.thread_id),
          (SELECT tenant FROM agent_jobs AS first WHERE first.job_id = waiting.thread_id)),
        ${firstDue('options')}, thread_id IS NULL AND ${waitsHere('options')}
      FROM waiting
      WHERE ${isOpenTo('waiting.job_id', 1)} AND (thread_id IS NULL OR ${isOpenTo('waiting.thread_id', 1)})
      ON CONFLICT (job_id) DO NOTHING
    ), through AS (
      UPDATE agent_sources SET place = $3, held_until = now() WHERE name = $2
    )
    SELECT job_id FROM waiting JOIN agent_jobs USING (job_id)
    WHERE agent_jobs.request <> '' AND (agent_jobs.payload_hash <> waiting.payload_hash OR NOT ${isOurs(1)})`,
};

export async function noteJobs(
  pool: pg.Pool,
  group: Group,
  source: string,
  upTo: number,
  jobs: readonly NotedJob[],
): Promise<readonly string[]> {
  const values = jobs.map((job) => newJobValues(job, group));
  const column = (index: number): unknown[] => values.map((row) => row[index]);
  const rows = await query<{ job_id: string }>(pool, note, [
    group,
    nameOf(group, source),
    upTo,
    ...[0, 1, 2, 3, 4].map(column),
    jobs.map(({ needs }) => JSON.stringify(needs)),
    column(7),
    column(8),
    jobs.map(({ publishedAt }) => publishedAt),
    jobs.map(({ thread }) => thread ?? null),
    column(9),
  ]);
  return rows.map((row) => row.job_id);
}
