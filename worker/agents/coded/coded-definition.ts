import type { JsonObject } from '../../json.ts';

/** What a job that names an agent in code carries in the place of a definition: `{"graph": "<name>"}`. */
export function codedDefinition(name: string): JsonObject {
  return { graph: name };
}

/** The agent in code that such a definition names. */
export function codedName(definition: JsonObject): string | undefined {
  const { graph, nodes } = definition;
  return typeof graph === 'string' && nodes === undefined ? graph : undefined;
}

/** By which workers know that they lack it. */
export function codedNeed(name: string): string {
  return `graph:${name}`;
}
