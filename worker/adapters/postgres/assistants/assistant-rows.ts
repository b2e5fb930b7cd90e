import type { Assistant, AssistantFacts, AssistantVersion } from '../../../assistant-store.ts';
import type { JsonObject } from '../../../json.ts';

const FACTS = 'v.graph_id, v.name, v.description, v.config, v.context, v.metadata';

/** Columns of a version `v`, as `versionFrom` reads them. */
export const VERSION_COLUMNS = `v.assistant_id, v.version, ${FACTS}, v.created_at`;

/** Columns of an assistant `a` at its version `v`, as `assistantFrom` reads them. */
export const ASSISTANT_COLUMNS = `a.assistant_id, a.version, ${FACTS}, a.created_at, a.updated_at`;

/** Every assistant at the version that runs. */
export const ASSISTANTS = `agent_assistants AS a JOIN agent_assistant_versions AS v USING (assistant_id, version)`;

export interface VersionRow {
  readonly assistant_id: string;
  readonly version: number;
  readonly graph_id: string;
  readonly name: string;
  readonly description: string | null;
  readonly config: JsonObject;
  readonly context: JsonObject;
  readonly metadata: JsonObject;
  readonly created_at: Date;
}

export interface AssistantRow extends VersionRow {
  readonly updated_at: Date;
}

export function versionFrom(row: VersionRow): AssistantVersion {
  return {
    assistantId: row.assistant_id,
    version: row.version,
    graphId: row.graph_id,
    name: row.name,
    description: row.description ?? undefined,
    config: row.config,
    context: row.context,
    metadata: row.metadata,
    createdAt: row.created_at.toISOString(),
  };
}

export function assistantFrom(row: AssistantRow): Assistant {
  return { ...versionFrom(row), updatedAt: row.updated_at.toISOString() };
}

/** Columns of what an assistant is, and its values in their order. */
export const FACT_COLUMNS = 'graph_id, name, description, config, context, metadata';

/** What is not given is null. */
export function factValues(facts: Partial<AssistantFacts>): readonly unknown[] {
  const json = (value: JsonObject | undefined) => (value === undefined ? null : JSON.stringify(value));
  return [
    facts.graphId ?? null,
    facts.name ?? null,
    facts.description ?? null,
    json(facts.config),
    json(facts.context),
    json(facts.metadata),
  ];
}
