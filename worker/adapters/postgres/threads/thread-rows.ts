import type { JsonObject } from '../../../json.ts';
import type { ThreadRecord, ThreadStatus } from '../../../thread-store.ts';

/** Columns of a thread as `threadFrom` reads them; its status follows from its jobs. */
export const THREAD_COLUMNS = `
    thread.thread_id, thread.tenant, thread.metadata, thread.definition, thread.created_at, thread.updated_at,
    CASE
      WHEN EXISTS (
        SELECT FROM agent_jobs WHERE thread_id = thread.thread_id AND finished_at IS NULL
      ) THEN 'busy'
      ELSE coalesce((
        SELECT CASE
          WHEN status = 'failed' THEN 'error'
          WHEN asks THEN 'interrupted'
          ELSE 'idle'
        END
        FROM agent_jobs WHERE thread_id = thread.thread_id ORDER BY created_at DESC, job_id DESC LIMIT 1
      ), 'idle')
    END AS status`;

export interface ThreadRow {
  readonly thread_id: string;
  readonly tenant: string | null;
  readonly metadata: JsonObject;
  readonly definition: JsonObject | null;
  readonly status: ThreadStatus;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export function threadFrom(row: ThreadRow): ThreadRecord {
  return {
    threadId: row.thread_id,
    tenant: row.tenant ?? undefined,
    metadata: row.metadata,
    status: row.status,
    definition: row.definition ?? undefined,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
