import type pg from 'pg';
import { SUSPECT_CRASHES } from '../../../job-store.ts';
import type { DueAnswer, Taker } from '../../../job-store.ts';
import { TAKEN, TAKEN_COLUMNS, claimedFrom } from './claimed-row.ts';
import type { ClaimedRow } from './claimed-row.ts';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';

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
const SUSPECT = `crashes + (status = 'running')::integer >= ${SUSPECT_CRASHES}`;

/** The job that is due longest, or when to ask again. Jobs that another worker is taking are passed over. */
const statement = {
  name: 'take_due_job',
  text: `
    WITH due AS (
      SELECT job_id FROM agent_jobs
      WHERE ${WAITS} AND available_at <= now() AND ${FREE} AND ${ITS_TURN} AND ($4 OR NOT ${SUSPECT})
      ORDER BY available_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE agent_jobs AS job SET ${TAKEN},
        job_group = $5,
        lease_owner = $1,
        lease_until = now() + $2 * interval '1 ms'
      FROM due WHERE job.job_id = due.job_id
      RETURNING ${TAKEN_COLUMNS}, job.request
    )
    SELECT taken.*,
      (SELECT ceil(extract(epoch FROM available_at - now()) * 1000)::float8 FROM agent_jobs
       WHERE ${WAITS} AND available_at > now() ORDER BY available_at LIMIT 1) AS next_ms,
      EXISTS (SELECT FROM agent_jobs
              WHERE ${WAITS} AND available_at <= now() AND ${FREE} AND ${SUSPECT}
                AND job_id NOT IN (SELECT job_id FROM due)) AS suspects
    FROM (SELECT) AS one LEFT JOIN taken ON true`,
};

type Row = { readonly next_ms: number | null; readonly suspects: boolean } & (
  ({ readonly request: string } & ClaimedRow) | { readonly request: null }
);

export async function takeDue(
  pool: pg.Pool,
  group: Group,
  { owner, leaseMs, blocked, alone }: Taker,
): Promise<DueAnswer> {
  const [row] = await query<Row>(pool, statement, [owner, leaseMs, blocked, alone, group]);
  return {
    job: row && row.request !== null ? { claim: claimedFrom(row), request: row.request } : undefined,
    nextMs: row?.next_ms ?? undefined,
    suspects: row?.suspects ?? false,
  };
}
