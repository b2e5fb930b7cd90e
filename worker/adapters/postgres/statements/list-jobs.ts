import { createHash } from 'node:crypto';
import type pg from 'pg';
import { MOST_COUNTED } from '../../../job-filter.ts';
import type { JobCount, JobFilter } from '../../../job-filter.ts';
import type { JobStatus, JobSummary } from '../../../job-store.ts';
import { query } from '../connection.ts';
import type { Statement } from '../../../statement.ts';
import { isOurs } from './group.ts';
import type { Group } from './group.ts';
import { SUMMARY_COLUMNS, summaryOf } from './job-rows.ts';
import type { SummaryRow } from './job-rows.ts';

/** Statuses that share an index: the planner takes a partial one only for a condition that stands in the statement. */
const GROUPS = {
  unfinished: { holds: ['queued', 'running'], where: 'finished_at IS NULL' },
  completed: { holds: ['completed'], where: `status = 'completed'` },
  failed: { holds: ['failed', 'cancelled'], where: `status IN ('failed', 'cancelled')` },
} as const satisfies Record<string, { holds: readonly JobStatus[]; where: string }>;

type GroupName = keyof typeof GROUPS;

function groupsOf({ statuses, code }: JobFilter): readonly GroupName[] {
  const names = Object.keys(GROUPS) as readonly GroupName[];
  return names.filter((name) => {
    if (code !== undefined && name !== 'failed') return false;
    return statuses === undefined || GROUPS[name].holds.some((status) => statuses.includes(status));
  });
}

/** Conditions and their parameters, gathered in order. */
class Conditions {
  readonly values: unknown[] = [];
  readonly texts: string[] = [];

  add(text: (parameter: string) => string, value: unknown): void {
    this.values.push(value);
    this.texts.push(text(`$${this.values.length}`));
  }

  parameter(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  toString(): string {
    return this.texts.join(' AND ');
  }
}

/** All but the text, for which no index serves. */
function conditionsOf(
  group: Group,
  { statuses, code, agent, tenant, tag, olderMs, youngerMs }: JobFilter,
): Conditions {
  const all = new Conditions();
  all.parameter(group);
  all.texts.push(isOurs(1));
  if (statuses !== undefined) all.add((at) => `status = ANY (${at}::text[])`, statuses);
  if (code !== undefined) all.add((at) => `error->>'code' = ${at}`, code);
  if (agent !== undefined) all.add((at) => `agent = ${at}`, agent);
  if (tenant !== undefined) all.add((at) => `tenant = ${at}`, tenant);
  if (tag !== undefined) all.add((at) => `options ? 'tags' AND options -> 'tags' ? ${at}`, tag);
  if (olderMs !== undefined) all.add((at) => `created_at <= now() - ${at} * interval '1 ms'`, olderMs);
  if (youngerMs !== undefined) all.add((at) => `created_at > now() - ${at} * interval '1 ms'`, youngerMs);
  return all;
}

const FOUND_IN = ['job_id', 'trace_id', 'about', `coalesce(error::text, '')`];

function textCondition(all: Conditions, text: string | undefined): string {
  if (text === undefined) return 'true';
  const at = all.parameter(text.toLowerCase());
  return `(${FOUND_IN.map((column) => `strpos(lower(${column}), ${at}) > 0`).join(' OR ')})`;
}

/** Statements differ with the filter; each is planned once a connection. */
function named(verb: string, text: string): Statement {
  return { name: `${verb}__${createHash('sha256').update(text).digest('hex').slice(0, 12)}`, text };
}

export async function listJobs(
  pool: pg.Pool,
  group: Group,
  filter: JobFilter,
  limit: number,
  after: string | undefined,
): Promise<readonly JobSummary[]> {
  const groups = groupsOf(filter);
  if (groups.length === 0) return [];
  const all = conditionsOf(group, filter);
  if (groups.length < 3) all.texts.push(`(${groups.map((name) => GROUPS[name].where).join(' OR ')})`);
  if (after !== undefined)
    all.add(
      (at) => `(created_at, job_id) < (SELECT created_at, job_id FROM agent_jobs WHERE job_id = ${at})`,
      after,
    );
  const text = textCondition(all, filter.text);
  const rows = await query<SummaryRow>(
    pool,
    named(
      'list_jobs',
      `
    SELECT * FROM (
      SELECT ${SUMMARY_COLUMNS} FROM agent_jobs WHERE ${all.toString()}
      ORDER BY created_at DESC, job_id DESC LIMIT ${MOST_COUNTED}
    ) AS newest
    WHERE ${text} ORDER BY created_at DESC, job_id DESC LIMIT ${all.parameter(limit)}`,
    ),
    all.values,
  );
  return rows.map(summaryOf);
}

interface CountRow {
  readonly status: JobStatus;
  readonly code: string | null;
  readonly jobs: number;
}

export async function countJobs(
  pool: pg.Pool,
  group: Group,
  filter: JobFilter,
): Promise<readonly JobCount[]> {
  const groups = groupsOf(filter);
  if (groups.length === 0) return [];
  const all = conditionsOf(group, filter);
  const text = textCondition(all, filter.text);
  const parts = groups.map(
    (name) => `
      (SELECT status, ${name === 'failed' ? `error->>'code'` : 'NULL'} AS code
       FROM (SELECT * FROM agent_jobs WHERE ${GROUPS[name].where} AND ${all.toString()} LIMIT ${MOST_COUNTED}) AS bounded
       WHERE ${text})`,
  );
  const rows = await query<CountRow>(
    pool,
    named(
      'count_jobs',
      `
    SELECT status, code, count(*)::integer AS jobs FROM (${parts.join(' UNION ALL ')}) AS counted
    GROUP BY status, code ORDER BY status, code`,
    ),
    all.values,
  );
  return rows.map(({ status, code, jobs }) => ({ status, code: code ?? undefined, jobs }));
}
