import type pg from 'pg';
import type {
  Assistant,
  AssistantFilter,
  AssistantPage,
  AssistantVersion,
} from '../../../assistant-store.ts';
import type { JsonObject } from '../../../json.ts';
import { query } from '../connection.ts';
import {
  ASSISTANTS,
  ASSISTANT_COLUMNS,
  VERSION_COLUMNS,
  assistantFrom,
  versionFrom,
} from './assistant-rows.ts';
import type { AssistantRow, VersionRow } from './assistant-rows.ts';

const READ = {
  name: 'read_assistant',
  text: `SELECT ${ASSISTANT_COLUMNS} FROM ${ASSISTANTS} WHERE a.assistant_id = $1 AND job_group = $2`,
};
const NAMED = {
  name: 'find_assistant',
  text: `
    SELECT ${ASSISTANT_COLUMNS} FROM ${ASSISTANTS} WHERE v.name = $1 AND job_group = $2
    ORDER BY a.updated_at DESC, assistant_id LIMIT 1`,
};
const VERSIONS = {
  name: 'list_versions_of_assistant',
  text: `
    SELECT ${VERSION_COLUMNS} FROM agent_assistant_versions AS v JOIN agent_assistants AS a USING (assistant_id)
    WHERE assistant_id = $1 AND job_group = $2 AND ($3::jsonb IS NULL OR v.metadata @> $3)
    ORDER BY v.version DESC LIMIT $4 OFFSET $5`,
};

/** Those that are meant, of a group. */
const FOUND = `
    FROM ${ASSISTANTS}
    WHERE job_group = $1 AND ($2::text IS NULL OR graph_id = $2)
      AND ($3::text IS NULL OR position(lower($3) IN lower(name)) > 0) AND ($4::jsonb IS NULL OR metadata @> $4)`;
const COUNT = { name: 'count_assistants', text: `SELECT count(*)::integer AS assistants ${FOUND}` };

const SORTED = {
  assistant_id: 'assistant_id',
  graph_id: 'v.graph_id',
  name: 'v.name',
  created_at: 'a.created_at',
  updated_at: 'a.updated_at',
} as const satisfies Record<AssistantPage['sortBy'], string>;

function wanted(group: string, { graphId, name, metadata }: AssistantFilter): readonly unknown[] {
  return [group, graphId ?? null, name ?? null, metadata === undefined ? null : JSON.stringify(metadata)];
}

export async function readAssistant(
  pool: pg.Pool,
  group: string,
  assistantId: string,
): Promise<Assistant | undefined> {
  const [row] = await query<AssistantRow>(pool, READ, [assistantId, group]);
  return row && assistantFrom(row);
}

export async function namedAssistant(
  pool: pg.Pool,
  group: string,
  name: string,
): Promise<Assistant | undefined> {
  const [row] = await query<AssistantRow>(pool, NAMED, [name, group]);
  return row && assistantFrom(row);
}

export async function searchAssistants(
  pool: pg.Pool,
  group: string,
  filter: AssistantFilter,
  { limit, offset, sortBy, descending }: AssistantPage,
): Promise<readonly Assistant[]> {
  const direction = descending ? 'DESC' : 'ASC';
  // A column and a direction of the lists above: nothing of a client is part of the statement.
  const statement = {
    name: `search_assistants__by_${sortBy}_${direction}`,
    text: `SELECT ${ASSISTANT_COLUMNS} ${FOUND} ORDER BY ${SORTED[sortBy]} ${direction}, assistant_id LIMIT $5 OFFSET $6`,
  };
  const rows = await query<AssistantRow>(pool, statement, [...wanted(group, filter), limit, offset]);
  return rows.map(assistantFrom);
}

export async function countAssistants(
  pool: pg.Pool,
  group: string,
  filter: AssistantFilter,
): Promise<number> {
  const [row] = await query<{ assistants: number }>(pool, COUNT, wanted(group, filter));
  return row?.assistants ?? 0;
}

export async function versionsOf(
  pool: pg.Pool,
  group: string,
  assistantId: string,
  metadata: JsonObject | undefined,
  limit: number,
  offset: number,
): Promise<readonly AssistantVersion[]> {
  const asked = metadata === undefined ? null : JSON.stringify(metadata);
  const rows = await query<VersionRow>(pool, VERSIONS, [assistantId, group, asked, limit, offset]);
  return rows.map(versionFrom);
}
