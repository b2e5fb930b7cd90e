import { closest } from '../../command-line/closest.ts';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { list, object } from '../../functions/composition/read.ts';
import { isObject } from '../../functions/composition/schema.ts';

/** A field that the schema has not, and the one that was likely meant. */
export interface UnknownField {
  readonly path: string;
  readonly meant: string;
}

/**
 * Fields of a value that a schema (draft-07) has not but nearly has. Of objects that may carry more than the schema says these are
 * likely mistakes, of all others the names that help with one.
 */
export function nearlyKnown(value: Json, schema: Json | undefined, path = ''): UnknownField[] {
  if (Array.isArray(value)) {
    const { items } = object(schema);
    return value.flatMap((each, index) => nearlyKnown(each, items, `${path}[${index}]`));
  }
  if (!isObject(value)) return [];
  const properties = propertiesOf(schema, value);
  const names = Object.keys(properties);
  return Object.entries(value).flatMap(([name, each]) => {
    const here = path === '' ? name : `${path}.${name}`;
    if (Object.hasOwn(properties, name)) return nearlyKnown(each, properties[name], here);
    const missing = names.filter((known) => !Object.hasOwn(value, known));
    const meant = closest(name, missing);
    return meant === undefined ? [] : [{ path: here, meant }];
  });
}

/** With what `if`, `then` and `else` add for this value. */
function propertiesOf(schema: Json | undefined, value: JsonObject): JsonObject {
  const { properties, if: condition, then: yes, else: no } = object(schema);
  const own = object(properties);
  if (condition === undefined) return own;
  const kinds = object(object(condition).properties);
  const holds = Object.entries(kinds).every(([name, each]) => object(each).const === value[name]);
  return { ...own, ...propertiesOf(holds ? yes : no, value) };
}

/** Names that a value could have been, for a list of what is known. */
export function meantOf(got: string, known: readonly Json[]): string {
  const meant = closest(
    got,
    known.filter((each) => typeof each === 'string'),
  );
  return meant === undefined || meant === got ? '' : `; did you mean "${meant}"?`;
}

/** Names of the tools in a definition. */
export function toolNames(definition: JsonObject): Json[] {
  return list(definition.tool_definitions).map((tool) => object(tool).name ?? null);
}
