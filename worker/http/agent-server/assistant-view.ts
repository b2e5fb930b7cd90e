import type { Assistant, AssistantVersion, FileAgent } from '../../assistant-store.ts';
import { GRAPH } from '../../jobs/agents/named-agents.ts';
import { assistantIdOf } from '../../jobs/digest.ts';
import type { JsonObject } from '../../json.ts';

/** A version as clients see it. */
export function versionView(one: AssistantVersion): JsonObject {
  return {
    assistant_id: one.assistantId,
    graph_id: one.graphId,
    version: one.version,
    name: one.name,
    description: one.description ?? null,
    config: one.config,
    context: one.context,
    metadata: one.metadata,
    created_at: one.createdAt,
  };
}

export function assistantView(one: Assistant): JsonObject {
  return { ...versionView(one), updated_at: one.updatedAt };
}

/** Of the graph `agent` where no file is called so: it is as old as the world. */
const ALWAYS = new Date(0).toISOString();

/** The assistants that graphs are by themselves: the one that waits for a definition, and one for each file. */
export function graphAssistants(files: readonly FileAgent[]): readonly Assistant[] {
  const own = files.some(({ name }) => name === GRAPH) ? [] : [{ name: GRAPH, changedAt: ALWAYS }];
  return [...own, ...files].map(({ name, changedAt }) => ({
    assistantId: assistantIdOf(name),
    graphId: name,
    version: 1,
    name,
    description: undefined,
    config: {},
    context: {},
    metadata: { created_by: 'system' },
    createdAt: changedAt,
    updatedAt: changedAt,
  }));
}
