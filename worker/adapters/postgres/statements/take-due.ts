import type pg from 'pg';
import { SUSPECT_CRASHES } from '../../../job-store.ts';
import type { DueAnswer, Taker } from '../../../job-store.ts';
import { TAKEN, TAKEN_COLUMNS, claimedFrom } from './claimed-row.ts';
import type { ClaimedRow } from './claimed-row.ts';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';
import { RANK, rateParts } from './job-options.ts';
import { freePlaces, isPlaceTaken } from './free-places.ts';

const WAITS = `finished_at IS NULL AND waits_here AND ${isOurs(5)}`;
/** Nothing that it needs is away, and of what several sources are enough for not all (jobs/rules/needs.ts). */
const ABLE = `NOT needs && $3::text[] AND NOT EXISTS (
        SELECT FROM unnest(needs) AS need WHERE need LIKE '%|%' AND string_to_array(need, '|') <@ $3::text[]
      )`;
const FREE = `(lease_until IS NULL OR lease_until < now()) AND ${ABLE}`;
/** Nothing of its thread came before it and is not through, and nobody changes the thread by hand. */
const ITS_TURN = `(thread_id IS NULL OR NOT EXISTS (
        SELECT FROM agent_jobs AS before
        WHERE before.thread_id = agent_jobs.thread_id AND before.finished_at IS NULL
          AND (before.created_at, before.job_id) < (agent_jobs.created_at, agent_jobs.job_id)
      ) AND NOT EXISTS (
        SELECT FROM agent_jobs AS first WHERE first.job_id = agent_jobs.thread_id AND first.finished_at IS NULL
      ) AND NOT EXISTS (
        SELECT FROM agent_threads AS thread
        WHERE thread.thread_id = agent_jobs.thread_id AND thread.edited_until > now()
      ))`;
/** Its key has a place left, and none of its rates is full. */
const HAS_ROOM = `(options IS NULL OR (
        (options #> '{concurrency}' IS NULL OR coalesce(((SELECT jobs FROM running) ->> (options #>> '{concurrency,key}'))::integer, 0)
          < (options #>> '{concurrency,limit}')::integer)
        AND (options -> 'rates' IS NULL OR NOT options -> 'rates' ?| (SELECT names FROM full_rates))
      ))`;
const SUSPECT = `crashes + (status = 'running')::integer >= ${SUSPECT_CRASHES}`;

/** When the next attempt may begin after those that begun at these times. */
const nextAfter = (begun: string, name: string): string => {
  const parts = rateParts(name);
  return `(${begun})[${parts.limit}] + ${parts.seconds} * interval '1 s'`;
};

/**
 * The job of the lowest rank, or when to ask again. Jobs that another worker is taking are passed over. What runs of each key, and which
 * rates are full, is looked at once. Of two that take the last place of a key at once the unique index refuses one; of two that begin as
 * the last of a rate the second waits for the first, sees what it has written, and then counts for none of its rates.
 */
const statement = {
  name: 'take_due_job',
  text: `
    WITH running AS MATERIALIZED (
      SELECT jsonb_object_agg(key, jobs) AS jobs FROM (
        SELECT options #>> '{concurrency,key}' AS key, count(*) AS jobs FROM agent_jobs
        WHERE status = 'running' AND place IS NOT NULL AND job_group = $5 GROUP BY 1
      ) AS of_keys
    ), full_rates AS MATERIALIZED (
      SELECT coalesce(array_agg(name), '{}') AS names FROM agent_rates WHERE job_group = $5 AND next_at > now()
    ), due AS (
      SELECT job_id, options FROM agent_jobs
      WHERE ${WAITS} AND ${RANK} <= now() AT TIME ZONE 'UTC' AND available_at <= now()
        AND ${FREE} AND ${HAS_ROOM} AND ${ITS_TURN} AND ($4 OR NOT ${SUSPECT})
      ORDER BY ${RANK} LIMIT 1 FOR UPDATE SKIP LOCKED
    ), rates AS MATERIALIZED (
      SELECT name, next_at FROM agent_rates WHERE job_group = $5
        AND name = ANY (ARRAY(SELECT jsonb_array_elements_text(options -> 'rates') FROM due))
      ORDER BY name FOR UPDATE
    ), begun AS (
      INSERT INTO agent_rates AS rate (job_group, name, begun, next_at)
      SELECT $5, name, ARRAY[now()], ${nextAfter('ARRAY[now()]', 'name')}
      FROM due, jsonb_array_elements_text(options -> 'rates') AS name
      WHERE NOT EXISTS (SELECT FROM rates WHERE next_at > now()) ORDER BY name
      ON CONFLICT (job_group, name) DO UPDATE SET
        begun = (now() || rate.begun)[:greatest(${rateParts('rate.name').limit}, cardinality(rate.begun))],
        next_at = ${nextAfter('now() || rate.begun', 'rate.name')}
      WHERE rate.next_at IS NULL OR rate.next_at <= now()
      RETURNING name
    ), taken AS (
      UPDATE agent_jobs AS job SET ${TAKEN},
        job_group = $5,
        lease_owner = $1,
        lease_until = now() + $2 * interval '1 ms',
        place = CASE WHEN job.options ? 'concurrency' THEN (
          SELECT min(free) FROM generate_series(1, (job.options #>> '{concurrency,limit}')::integer) AS free
          WHERE free NOT IN (
            SELECT other.place FROM agent_jobs AS other
            WHERE other.status = 'running' AND other.place IS NOT NULL AND other.job_group = $5 AND other.job_id <> job.job_id
              AND other.options #>> '{concurrency,key}' = job.options #>> '{concurrency,key}'
          )
        ) END
      FROM due WHERE job.job_id = due.job_id
        AND coalesce(jsonb_array_length(due.options -> 'rates'), 0) = (SELECT count(*) FROM begun)
      RETURNING ${TAKEN_COLUMNS}, job.request
    )
    SELECT taken.*,
      (SELECT ceil(extract(epoch FROM available_at - now()) * 1000)::float8 FROM agent_jobs
       WHERE ${WAITS} AND available_at > now() ORDER BY available_at LIMIT 1) AS next_ms,
      EXISTS (SELECT FROM agent_jobs
              WHERE ${WAITS} AND available_at <= now() AND ${FREE} AND ${SUSPECT}
                AND job_id NOT IN (SELECT job_id FROM due)) AS suspects,
      EXISTS (SELECT FROM agent_jobs
              WHERE status = 'running' AND place IS NOT NULL AND job_group = $5 AND lease_until < now()) AS lost_places
    FROM (SELECT) AS one LEFT JOIN taken ON true`,
};

type Row = { readonly next_ms: number | null; readonly suspects: boolean; readonly lost_places: boolean } & (
  ({ readonly request: string } & ClaimedRow) | { readonly request: null }
);

export async function takeDue(pool: pg.Pool, group: Group, taker: Taker, times = 5): Promise<DueAnswer> {
  const { owner, leaseMs, blocked, alone } = taker;
  const row = await query<Row>(pool, statement, [owner, leaseMs, blocked, alone, group]).then(
    ([first]) => first,
    (error: unknown) => {
      if (!isPlaceTaken(error) || times === 1) throw error;
      return undefined;
    },
  );
  // Another worker was quicker; by now its job can be seen.
  if (!row) return takeDue(pool, group, taker, times - 1);
  // Whoever asks next does it, should it not be done: the job that is taken may not get lost with it.
  if (row.lost_places) await freePlaces(pool, group).catch(() => {});
  return {
    job: row.request !== null ? { claim: claimedFrom(row), request: row.request } : undefined,
    nextMs: row.lost_places ? 0 : (row.next_ms ?? undefined),
    suspects: row.suspects,
  };
}
