import type pg from 'pg';
import type { JobStatus } from '../../../job-store.ts';
import type { CronTurn } from '../../../cron-store.ts';
import type { NewRun, PutRun, RunFacts, RunRecord } from '../../../thread-store.ts';
import { query } from '../connection.ts';
import { moveCronOn } from '../crons/take-crons.ts';
import { NEW_JOB_COLUMNS, newJobValues } from '../statements/new-job-values.ts';
import { outboxColumns, writeOutbox } from '../statements/outbox-rows.ts';
import { isOpenTo } from '../statements/group.ts';
import { transaction } from '../transaction.ts';

/** What `runFrom` reads. */
export const RUN_COLUMNS = `job_id, thread_id, tenant, status, run, error ->> 'code' AS code, created_at,
    coalesce(finished_at, started_at, created_at) AS updated_at`;

export interface RunRow {
  readonly job_id: string;
  readonly thread_id: string;
  readonly tenant: string | null;
  readonly status: JobStatus;
  /** Absent for a job that came another way. */
  readonly run: RunFacts | null;
  readonly code: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const NO_FACTS: RunFacts = { assistantId: '', metadata: {}, kwargs: {}, multitaskStrategy: 'enqueue' };

export function runFrom(row: RunRow): RunRecord {
  return {
    ...NO_FACTS,
    ...row.run,
    runId: row.job_id,
    threadId: row.thread_id,
    tenant: row.tenant ?? undefined,
    status: row.status,
    code: row.code ?? undefined,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** Locks the thread, so that of two that ask at once each sees what the other has put. */
const OPEN = {
  name: 'open_thread',
  text: `
    UPDATE agent_threads SET updated_at = now(), definition = $3, metadata = metadata || $4::jsonb
    WHERE thread_id = $1 AND job_group = $2 AND ($5::text IS NULL OR tenant = $5) RETURNING tenant`,
};
const CREATE = {
  name: 'create_thread_of_run',
  text: `
    INSERT INTO agent_threads (thread_id, job_group, definition, metadata, tenant, temporary)
    SELECT $1, $2, $3, $4, coalesce($5, (SELECT tenant FROM agent_jobs WHERE job_id = $1)), $6 WHERE ${isOpenTo('$1', 2)} ON CONFLICT (thread_id) DO NOTHING`,
};
const IN_FLIGHT = {
  name: 'jobs_in_flight',
  text: `SELECT job_id FROM agent_jobs WHERE (thread_id = $1 OR job_id = $1) AND finished_at IS NULL`,
};

/** Anybody may write the id of a cron into the metadata of a run, but only of a run of their own. */
const WAITS = {
  name: 'waiting_run_of_cron',
  text: `
    SELECT job_id FROM agent_jobs
    WHERE finished_at IS NULL AND status = 'queued' AND job_group = $2 AND tenant IS NOT DISTINCT FROM $3
      AND run #>> '{metadata,cron_id}' = $1 LIMIT 1`,
};

const COUNT = NEW_JOB_COLUMNS.split(',').length;
const VALUES = Array.from({ length: COUNT }, (_, index) => `$${index + 1}`).join(', ');
const at = (offset: number): string => `$${COUNT + offset}`;

const PUT = {
  name: 'put_run',
  text: `
    WITH put AS (
      INSERT INTO agent_jobs (${NEW_JOB_COLUMNS}, status, thread_id, run, waits_here, webhook, tenant, created_at, available_at)
      SELECT ${VALUES}, 'queued', ${at(1)}, ${at(2)}, ${at(3)} > 0, ${at(4)}, ${at(5)}, moment, moment
      FROM (SELECT clock_timestamp() + ${at(3)} * interval '1 ms') AS due (moment)
      RETURNING *
    ), written AS (${writeOutbox(COUNT + 6, 'put', 7)}
    )
    SELECT ${RUN_COLUMNS} FROM put`,
};
const READ = {
  name: 'read_run',
  text: `
    SELECT ${RUN_COLUMNS} FROM agent_jobs
    WHERE job_id = $1 AND job_group = $2 AND thread_id IS NOT NULL AND ($3::text IS NULL OR thread_id = $3)`,
};
const LIST = {
  name: 'list_runs',
  text: `
    SELECT ${RUN_COLUMNS} FROM agent_jobs WHERE thread_id = $1 AND job_group = $2
    ORDER BY created_at DESC, job_id DESC LIMIT $3 OFFSET $4`,
};

/** The thread, whose run this will be; undefined when there is none, or it is another tenant's. */
async function open(client: pg.PoolClient, group: string, run: NewRun) {
  const { thread, tenant = null } = run.job;
  const facts = [thread, group, JSON.stringify(run.definition), JSON.stringify(run.threadMetadata), tenant];
  if (run.create) await query(client, CREATE, [...facts, run.create.temporary]);
  const [opened] = await query<{ tenant: string | null }>(client, OPEN, facts);
  return opened;
}

/** Why the run of a due time is not put; undefined when it is, and the cron has moved on. */
async function whyStopped(
  client: pg.PoolClient,
  group: string,
  { alone, job }: NewRun,
  turn: CronTurn,
): Promise<'crowded' | 'passed' | undefined> {
  const waits = alone ? [] : await query(client, WAITS, [turn.cronId, group, job.tenant ?? null]);
  if (waits.length > 0) return 'crowded';
  return (await moveCronOn(client, group, turn)) ? undefined : 'passed';
}

export function putRun(pool: pg.Pool, group: string, run: NewRun): Promise<PutRun> {
  const { job, message, facts, delayMs, webhook, turn } = run;
  return transaction(pool, async (client): Promise<PutRun> => {
    const opened = await open(client, group, run);
    if (!opened) return { kind: 'unknown' };
    const before = run.alone ? await query<{ job_id: string }>(client, IN_FLIGHT, [job.thread]) : [];
    if (before.length > 0) return { kind: 'busy', jobIds: before.map(({ job_id }) => job_id) };
    const stopped = turn && (await whyStopped(client, group, run, turn));
    if (stopped) {
      // Nor does a thread stay that was made for it.
      await client.query('ROLLBACK');
      return { kind: stopped };
    }
    const [row] = await query<RunRow>(client, PUT, [
      ...newJobValues(job, group),
      job.thread,
      JSON.stringify(facts),
      delayMs,
      webhook ?? null,
      opened.tenant,
      // One that is to wait is taken from the table when its time has come.
      ...outboxColumns(delayMs > 0 ? [] : [message]),
    ]);
    return row ? { kind: 'put', run: runFrom(row) } : { kind: 'unknown' };
  });
}

export async function readRun(
  pool: pg.Pool,
  group: string,
  threadId: string | undefined,
  runId: string,
): Promise<RunRecord | undefined> {
  const [row] = await query<RunRow>(pool, READ, [runId, group, threadId ?? null]);
  return row && runFrom(row);
}

export async function listRuns(
  pool: pg.Pool,
  group: string,
  threadId: string,
  limit: number,
  offset: number,
): Promise<readonly RunRecord[]> {
  const rows = await query<RunRow>(pool, LIST, [threadId, group, limit, offset]);
  return rows.map(runFrom);
}
