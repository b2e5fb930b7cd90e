import { isJsonObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import { anyOf, sourcesOf } from '../../jobs/rules/needs.ts';
import { codedName, codedNeed } from '../coded/coded-definition.ts';
import type { Capabilities, ModelSpec } from './definition.ts';

/**
 * What a definition depends on beside its worker: the providers of its models by name, its tool servers as `mcp:<name>`. Tools
 * that no node lists, and optional ones, can be gone on without. Read from the text as it is, since a worker that cannot run a
 * definition has to name what it lacks. `defaults` take the place of models that name none to do so.
 */
export function needsOf(definition: JsonObject, defaults: readonly ModelSpec[] = []): readonly string[] {
  const coded = codedName(definition);
  if (coded !== undefined) return [codedNeed(coded)];
  const listed = new Set(
    list(definition['nodes']).flatMap((node) => list(at(node, 'config', 'tools')).flatMap(text)),
  );
  const needed = list(definition['tool_definitions']).filter(
    (tool) =>
      text(at(tool, 'name')).some((name) => listed.has(name)) && at(tool, 'runtime', 'optional') !== true,
  );
  return namesIn(definition, needed, defaults);
}

function namesIn(
  definition: JsonObject,
  tools: readonly Json[],
  defaults: readonly ModelSpec[],
): readonly string[] {
  const providers = list(definition['nodes']).flatMap((node) =>
    providersOf(at(node, 'config', 'model'), defaults),
  );
  const servers = tools.map((tool) => at(tool, 'runtime', 'server'));
  const names = [...providers, ...servers.flatMap(text).map((name) => `mcp:${name}`)];
  return [...new Set(names)];
}

/** The providers of a model and of those that take its place, of which one is enough. */
function providersOf(model: Json | undefined, defaults: readonly ModelSpec[]): readonly string[] {
  const fallbacks = at(model, 'fallbacks');
  const own = [model, ...list(fallbacks)].flatMap((one) => text(at(one, 'provider')));
  if (own.length === 0) return [];
  return [anyOf(fallbacks === undefined ? [...own, ...defaults.map(({ provider }) => provider)] : own)];
}

/** The first of all that a definition names which this worker does not have. */
export function unknownOf(
  definition: JsonObject,
  {
    providers,
    mcpServers,
    defaultFallbacks,
    coded = [],
  }: Pick<Capabilities, 'providers' | 'mcpServers' | 'defaultFallbacks' | 'coded'>,
): string | undefined {
  const name = codedName(definition);
  if (name !== undefined) return coded.includes(name) ? undefined : codedNeed(name);
  const known = new Set([...providers, ...mcpServers.map((name) => `mcp:${name}`)]);
  const all = namesIn(definition, list(definition['tool_definitions']), defaultFallbacks);
  return all.find((need) => !sourcesOf(need).some((name) => known.has(name)));
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
