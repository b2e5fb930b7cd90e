import { isJsonObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Capabilities } from './definition.ts';

/**
 * What a definition depends on beside its worker: the providers of its models by name, its tool servers as `mcp:<name>`. Read
 * from the text as it is, since a worker that cannot run a definition has to name what it lacks.
 */
export function needsOf(definition: JsonObject): readonly string[] {
  const providers = list(definition['nodes']).map((node) => at(node, 'config', 'model', 'provider'));
  const servers = list(definition['tool_definitions']).map((tool) => at(tool, 'runtime', 'server'));
  const needs = [...providers.flatMap(text), ...servers.flatMap(text).map((name) => `mcp:${name}`)];
  return [...new Set(needs)];
}

/** The first of them that this worker does not have. */
export function unknownOf(
  definition: JsonObject,
  { providers, mcpServers }: Pick<Capabilities, 'providers' | 'mcpServers'>,
): string | undefined {
  const known = new Set([...providers, ...mcpServers.map((name) => `mcp:${name}`)]);
  return needsOf(definition).find((need) => !known.has(need));
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => (isJsonObject(found) ? found[key] : undefined), value);
}

function text(value: Json | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : [];
}
