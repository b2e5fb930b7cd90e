import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { isObject } from '../../functions/composition/schema.ts';
import type { Schema } from '../../functions/composition/schema.ts';

/** Said of a field to people, or judged by the API server alone. */
const leftOut: ReadonlySet<string> = new Set(['description', 'example', 'x-kubernetes-validations']);

const known: ReadonlySet<string> = new Set([
  'type',
  'default',
  'enum',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'maxProperties',
  'items',
  'required',
  'properties',
  'additionalProperties',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
] satisfies readonly (keyof Schema)[]);

/** The types a schema of ours may have; anything else in an XRD is a mistake of its author. */
const types: ReadonlySet<Json> = new Set(['object', 'array', 'string', 'integer', 'number', 'boolean']);

/**
 * The schema as `functions/composition/schema.ts` checks it: descriptions and CEL rules are left out.
 * Throws on a keyword that is not checked there, because it would be promised and not kept.
 */
export function structural(schema: Json | undefined, path: string): Schema {
  if (!isObject(schema)) throw new Error(`cannot read the schema of ${path}: expected an object`);
  if (!types.has(schema.type ?? null))
    throw new Error(`cannot read the schema of ${path}: unknown type ${JSON.stringify(schema.type)}`);
  const entries = Object.entries(schema).filter(([keyword]) => !leftOut.has(keyword));
  for (const [keyword] of entries) {
    if (!known.has(keyword))
      throw new Error(
        `cannot read the schema of ${path}: functions/composition/schema.ts does not check ${keyword}`,
      );
  }
  // Every keyword was checked against the list above, which the compiler holds against Schema.
  return Object.fromEntries(
    entries.map(([keyword, value]) => [keyword, nested(keyword, value, path)]),
  ) as unknown as Schema;
}

function nested(keyword: string, value: Json, path: string): Json | Schema | Record<string, Schema> {
  if (keyword === 'items') return structural(value, `${path}[]`);
  if (keyword === 'additionalProperties') return structural(value, `${path}.*`);
  if (keyword !== 'properties') return value;
  const properties: JsonObject = isObject(value) ? value : {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, structural(schema, `${path}.${name}`)]),
  );
}
