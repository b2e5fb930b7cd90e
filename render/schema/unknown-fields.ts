import { closest } from '../../command-line/closest.ts';
import type { Json, Problem } from '../../functions/composition/contract.ts';
import type { Schema } from '../../functions/composition/schema.ts';
import { isObject } from '../../functions/composition/schema.ts';

/** Every field that the schema does not know, with the name that was meant where one is close. */
export function unknownFields(schema: Schema, value: Json | undefined, path: string): Problem[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return [];
    return value.flatMap((member, index) => unknownFields(items, member, `${path}[${index}]`));
  }
  if (!isObject(value) || schema.type !== 'object') return [];
  const entries = schema.additionalProperties;
  const known = schema.properties ?? {};
  return Object.entries(value).flatMap(([name, each]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const property = Object.hasOwn(known, name) ? known[name] : entries;
    return property === undefined
      ? [unknown(at, name, Object.keys(known))]
      : unknownFields(property, each, at);
  });
}

function unknown(path: string, name: string, known: readonly string[]): Problem {
  const near = closest(name, known);
  const fields = known.length === 0 || known.length > 30 ? '' : `; there are ${known.join(', ')}`;
  return { path, message: `is not a field${near === undefined ? fields : `; did you mean ${near}?`}` };
}
