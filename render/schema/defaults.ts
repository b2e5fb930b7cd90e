import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import type { Schema } from '../../functions/composition/schema.ts';
import { isObject } from '../../functions/composition/schema.ts';

/**
 * The value with every default of its schema filled in, and nothing else changed: unknown fields stay.
 * A null where the schema has a default counts as absent, as it does for the API server.
 */
export function withDefaults(schema: Schema, value: JsonObject): JsonObject;
export function withDefaults(schema: Schema, value: Json): Json;
export function withDefaults(schema: Schema, value: Json): Json {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((member) => withDefaults(items, member));
  }
  if (!isObject(value)) return value;
  const result: JsonObject = { ...value };
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const given = Object.hasOwn(result, name) ? result[name] : undefined;
    const filled = given ?? property.default;
    if (filled !== undefined) result[name] = withDefaults(property, filled);
  }
  const entries = schema.additionalProperties;
  if (entries === undefined) return result;
  return Object.fromEntries(Object.entries(result).map(([key, each]) => [key, withDefaults(entries, each)]));
}
