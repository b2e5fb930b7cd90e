import type pg from 'pg';
import type { JsonObject } from '../../../json.ts';
import type { JobRecord } from '../../../job-store.ts';
import { query } from '../connection.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';
import { SUMMARY_COLUMNS, summaryOf } from './job-rows.ts';
import type { SummaryRow } from './job-rows.ts';

const statement = {
  name: 'read_job',
  text: `SELECT ${SUMMARY_COLUMNS}, result FROM agent_jobs WHERE job_id = $1 AND ${isOurs(2)}`,
};

interface Row extends SummaryRow {
  readonly result: JsonObject | null;
}

export async function readJob(pool: pg.Pool, group: Group, jobId: string): Promise<JobRecord | undefined> {
  const [row] = await query<Row>(pool, statement, [jobId, group]);
  return row && { ...summaryOf(row), result: row.result ?? undefined };
}
