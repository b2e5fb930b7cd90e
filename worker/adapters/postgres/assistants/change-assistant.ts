import type pg from 'pg';
import type { Assistant, AssistantChange, AssistantFacts } from '../../../assistant-store.ts';
import { query } from '../connection.ts';
import { transaction } from '../transaction.ts';
import { ASSISTANT_COLUMNS, FACT_COLUMNS, assistantFrom, factValues } from './assistant-rows.ts';
import type { AssistantRow } from './assistant-rows.ts';

const CREATE = {
  name: 'create_assistant',
  text: `
    WITH made AS (
      INSERT INTO agent_assistants (assistant_id, job_group) VALUES ($1, $2)
      ON CONFLICT (assistant_id) DO NOTHING RETURNING assistant_id, version
    )
    INSERT INTO agent_assistant_versions (assistant_id, version, ${FACT_COLUMNS})
    SELECT assistant_id, version, $3, $4, $5, $6, $7, $8 FROM made RETURNING assistant_id`,
};

/** Of two changes at once the second waits, and sees the version of the first. */
const LOCK = {
  name: 'lock_assistant',
  text: `SELECT FROM agent_assistants WHERE assistant_id = $1 AND job_group = $2 FOR UPDATE`,
};
const CHANGE = {
  name: 'change_assistant',
  text: `
    WITH v AS (
      INSERT INTO agent_assistant_versions (assistant_id, version, ${FACT_COLUMNS})
      SELECT old.assistant_id,
        (SELECT max(version) + 1 FROM agent_assistant_versions WHERE assistant_id = $1),
        coalesce($2, graph_id), coalesce($3, name), coalesce($4, description),
        coalesce($5::json, config), coalesce($6::json, context), metadata || coalesce($7::jsonb, '{}')
      FROM agent_assistants JOIN agent_assistant_versions AS old USING (assistant_id, version)
      WHERE assistant_id = $1
      RETURNING *
    ), a AS (
      UPDATE agent_assistants AS a SET version = v.version, updated_at = now()
      FROM v WHERE a.assistant_id = v.assistant_id RETURNING a.*
    )
    SELECT ${ASSISTANT_COLUMNS} FROM a JOIN v USING (assistant_id)`,
};
const CHOOSE = {
  name: 'choose_version_of_assistant',
  text: `
    WITH a AS (
      UPDATE agent_assistants AS a SET version = v.version, updated_at = now()
      FROM agent_assistant_versions AS v
      WHERE a.assistant_id = $1 AND a.job_group = $2 AND v.assistant_id = a.assistant_id AND v.version = $3
      RETURNING a.*
    )
    SELECT ${ASSISTANT_COLUMNS} FROM a JOIN agent_assistant_versions AS v USING (assistant_id, version)`,
};
const REMOVE = {
  name: 'remove_assistant',
  text: `DELETE FROM agent_assistants WHERE assistant_id = $1 AND job_group = $2 RETURNING assistant_id`,
};

export async function createAssistant(
  pool: pg.Pool,
  group: string,
  assistantId: string,
  facts: AssistantFacts,
): Promise<boolean> {
  return (await query(pool, CREATE, [assistantId, group, ...factValues(facts)])).length > 0;
}

export async function changeAssistant(
  pool: pg.Pool,
  group: string,
  assistantId: string,
  change: AssistantChange,
): Promise<Assistant | undefined> {
  return transaction(pool, async (client) => {
    if ((await query(client, LOCK, [assistantId, group])).length === 0) return undefined;
    const [row] = await query<AssistantRow>(client, CHANGE, [assistantId, ...factValues(change)]);
    return row && assistantFrom(row);
  });
}

export async function chooseVersion(
  pool: pg.Pool,
  group: string,
  assistantId: string,
  version: number,
): Promise<Assistant | undefined> {
  const [row] = await query<AssistantRow>(pool, CHOOSE, [assistantId, group, version]);
  return row && assistantFrom(row);
}

export async function removeAssistant(pool: pg.Pool, group: string, assistantId: string): Promise<boolean> {
  return (await query(pool, REMOVE, [assistantId, group])).length > 0;
}
