import type pg from 'pg';
import type { Acceptance, NewJob } from '../../../job-store.ts';
import { isJsonObject, parseJson } from '../../../json.ts';
import type { OutboxMessage } from '../../../ports.ts';
import { query } from '../connection.ts';
import { isOpenTo, isOurs } from './group.ts';
import type { Group } from './group.ts';
import { firstDue } from './job-options.ts';
import { NEW_JOB_COLUMNS, newJobValues } from './new-job-values.ts';
import { outboxColumns, writeOutbox } from './outbox-rows.ts';
import { replaceMalformed } from './replace-malformed.ts';

const COUNT = NEW_JOB_COLUMNS.split(',').length;
const VALUES = Array.from({ length: COUNT }, (_, index) => `$${index + 1}`).join(', ');
const THREAD = COUNT + 1;
const WAITS = COUNT + 2;
const TENANT = COUNT + 4;

/**
 * A job that goes on with a thread, which is made with it where there is none. It never runs by the message that calls for it:
 * when its turn comes, workers take it from the table.
 */
const statement = {
  name: 'put_on_thread',
  text: `
    WITH thread AS (
      INSERT INTO agent_threads AS thread (thread_id, job_group, definition, tenant)
      SELECT $${THREAD}, $7, $${WAITS + 1}, coalesce($${TENANT}, (SELECT tenant FROM agent_jobs WHERE job_id = $${THREAD})) WHERE ${isOpenTo(`$${THREAD}`, 7)}
      ON CONFLICT (thread_id) DO UPDATE SET updated_at = now(), definition = excluded.definition
      WHERE thread.job_group = excluded.job_group AND ($${TENANT}::text IS NULL OR thread.tenant IS NOT DISTINCT FROM $${TENANT})
      RETURNING thread_id, tenant
    ), put AS (
      INSERT INTO agent_jobs AS job (${NEW_JOB_COLUMNS}, status, thread_id, tenant, waits_here, available_at)
      SELECT ${VALUES}, 'queued', thread_id, tenant, $${WAITS}, ${firstDue('$10::jsonb')} FROM thread
      ON CONFLICT (job_id) DO UPDATE SET
        thread_id = CASE WHEN job.payload_hash = excluded.payload_hash THEN excluded.thread_id ELSE job.thread_id END,
        waits_here = job.waits_here
          OR (excluded.waits_here AND job.payload_hash = excluded.payload_hash AND ${isOurs(7, 'job')})
      RETURNING job_id, token, xmax = 0 AS is_new, payload_hash = $4 AND ${isOurs(7, 'job')} AS same
    ), written AS (${writeOutbox(COUNT + 5, 'put', 7)}
    )
    SELECT is_new, same FROM put`,
};

/** As text: PostgreSQL takes no part out of JSON that holds \u0000 somewhere. */
function definitionOf({ request }: NewJob): string | null {
  const event = parseJson(request);
  const data = isJsonObject(event) ? event['data'] : undefined;
  const definition = isJsonObject(data) ? data['agent_definition'] : undefined;
  return definition === undefined ? null : JSON.stringify(definition);
}

export async function putOnThread(
  pool: pg.Pool,
  group: Group,
  job: NewJob,
  thread: string,
  message: OutboxMessage | undefined,
): Promise<Acceptance> {
  const [row] = await query<{ is_new: boolean; same: boolean }>(pool, statement, [
    ...newJobValues(job, group),
    thread,
    message === undefined,
    definitionOf(job),
    job.tenant ?? null,
    ...outboxColumns(message === undefined ? [] : [message]),
  ]);
  if (!row) return 'conflict';
  if (!row.same) {
    if (!(await replaceMalformed(pool, group, job))) return 'conflict';
    await putOnThread(pool, group, job, thread, message);
    return 'accepted';
  }
  return row.is_new ? 'accepted' : 'known';
}
