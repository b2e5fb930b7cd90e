import type pg from 'pg';
import type { JsonObject } from '../../../json.ts';
import type { DueQuestion } from '../../../thread-store.ts';
import { query } from '../connection.ts';

/** One whose thread has gone on is answered. */
const TAKE = {
  name: 'take_questions',
  text: `
    UPDATE agent_jobs AS job SET answer_by = now() + $2 * interval '1 ms'
    WHERE job_id IN (
      SELECT job_id FROM agent_jobs WHERE answer_by <= now() AND job_group = $3
      ORDER BY answer_by LIMIT $1 FOR UPDATE SKIP LOCKED
    )
    RETURNING job_id, request, result, EXISTS (
      SELECT FROM agent_jobs AS later WHERE later.thread_id = coalesce(job.thread_id, job.job_id)
        AND (later.created_at, later.job_id) > (job.created_at, job.job_id)
    ) AS answered`,
};
const CLOSE = {
  name: 'close_questions',
  text: `UPDATE agent_jobs SET answer_by = NULL WHERE job_id = ANY ($1::text[]) AND job_group = $2`,
};

interface QuestionRow {
  readonly job_id: string;
  readonly request: string;
  readonly result: JsonObject;
  readonly answered: boolean;
}

export async function takeQuestions(
  pool: pg.Pool,
  group: string,
  limit: number,
  holdMs: number,
): Promise<readonly DueQuestion[]> {
  const rows = await query<QuestionRow>(pool, TAKE, [limit, holdMs, group]);
  const answered = rows.filter((row) => row.answered).map(({ job_id }) => job_id);
  if (answered.length > 0) await query(pool, CLOSE, [answered, group]);
  return rows
    .filter((row) => !row.answered)
    .map(({ job_id, request, result }) => ({ jobId: job_id, request, result }));
}

export async function closeQuestion(pool: pg.Pool, group: string, jobId: string): Promise<void> {
  await query(pool, CLOSE, [[jobId], group]);
}
