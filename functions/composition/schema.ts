import type { Json, JsonObject } from './json.ts';
import { patternWords } from './pattern-words.ts';

/**
 * A structural schema as the XRDs use it, which is a part of what Kubernetes allows in a CRD.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export interface Schema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly default?: Json;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly additionalProperties?: Schema;
  /** Of a list: the members are unique, by value (`set`) or by these keys (`map`). */
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

/** The part of a schema that was broken. */
export type SchemaRule =
  | 'type'
  | 'enum'
  | 'minimum'
  | 'maximum'
  | 'minLength'
  | 'maxLength'
  | 'pattern'
  | 'minItems'
  | 'maxItems'
  | 'maxProperties'
  | 'required'
  | 'unique';

/** What is wrong and where, as a `Problem` of the contract, and which rule says so. */
export interface SchemaProblem {
  readonly path: string;
  readonly message: string;
  readonly rule: SchemaRule;
}

/** A value as the API server would store it, and everything that is wrong with it. */
export interface Conformed {
  readonly value: Json | undefined;
  readonly problems: readonly SchemaProblem[];
}

/**
 * Fills in defaults, drops unknown fields and checks every bound, as the API server does on a write.
 * A null where none is allowed counts as absent, which is the API server's rule too.
 * Depth follows the schema, never the value, so no nesting in a request can exhaust the stack.
 */
export function conform(schema: Schema, value: Json | undefined, path: string): Conformed {
  const problems: SchemaProblem[] = [];
  return { value: conformValue(schema, value, path, problems), problems };
}

type Problems = SchemaProblem[];

function conformValue(schema: Schema, given: Json | undefined, path: string, problems: Problems) {
  const value = given ?? schema.default;
  if (value === undefined) return undefined;
  switch (schema.type) {
    case 'object':
      return conformObject(schema, value, path, problems);
    case 'array':
      return conformArray(schema, value, path, problems);
    case 'string':
      return conformString(schema, value, path, problems);
    case 'integer':
    case 'number':
      return conformNumber(schema, value, path, problems);
    case 'boolean':
      if (typeof value !== 'boolean') problems.push(wrongType('true or false', value, path));
      return value;
  }
}

function conformObject(schema: Schema, value: Json, path: string, problems: Problems): Json {
  if (!isObject(value)) {
    problems.push(wrongType('an object', value, path));
    return value;
  }
  for (const name of schema.required ?? []) {
    if ((value[name] ?? schema.properties?.[name]?.default) === undefined)
      problems.push({ path: `${path}.${name}`, rule: 'required', message: 'is required' });
  }
  return schema.additionalProperties === undefined
    ? conformFields(schema.properties ?? {}, value, path, problems)
    : conformMap(schema, schema.additionalProperties, value, path, problems);
}

function conformFields(
  properties: { readonly [name: string]: Schema },
  value: JsonObject,
  path: string,
  problems: Problems,
): JsonObject {
  const result: JsonObject = {};
  for (const name in properties) {
    const schema = properties[name];
    if (schema === undefined) continue;
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    const conformed = conformValue(schema, field, `${path}.${name}`, problems);
    if (conformed !== undefined) result[name] = conformed;
  }
  return result;
}

/** In the order of the keys: Crossplane sends them in another at every call, and a hash of them is to stay the same. */
function conformMap(schema: Schema, items: Schema, value: JsonObject, path: string, problems: Problems) {
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  if (schema.maxProperties !== undefined && entries.length > schema.maxProperties) {
    problems.push({
      path,
      rule: 'maxProperties',
      message: `may have at most ${schema.maxProperties} entries`,
    });
  }
  // Object.fromEntries, because assigning to a key called __proto__ would set the prototype.
  return Object.fromEntries(
    entries.flatMap(([key, entry]) => {
      const conformed = conformValue(items, entry, `${path}.${key}`, problems);
      return conformed === undefined ? [] : [[key, conformed]];
    }),
  );
}

function conformArray(schema: Schema, value: Json, path: string, problems: Problems): Json {
  if (!Array.isArray(value)) {
    problems.push(wrongType('a list', value, path));
    return value;
  }
  if (schema.minItems !== undefined && value.length < schema.minItems)
    problems.push({ path, rule: 'minItems', message: `must have at least ${schema.minItems} members` });
  if (schema.maxItems !== undefined && value.length > schema.maxItems)
    problems.push({ path, rule: 'maxItems', message: `may have at most ${schema.maxItems} members` });
  const { items } = schema;
  if (items === undefined) return value;
  checkUnique(schema, value, path, problems);
  return value.map((member, index) => {
    const at = `${path}[${index}]`;
    // A null member is not absent: there is no such thing in a list.
    if (member === null) problems.push(wrongType('a value', member, at));
    return conformValue(items, member, at, problems) ?? null;
  });
}

function checkUnique(schema: Schema, members: readonly Json[], path: string, problems: Problems): void {
  const listType = schema['x-kubernetes-list-type'];
  if (listType !== 'set' && listType !== 'map') return;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Set<string>();
  members.forEach((member, index) => {
    const identity = JSON.stringify(
      listType === 'map' && isObject(member) ? keys.map((key) => member[key] ?? null) : member,
    );
    if (seen.has(identity))
      problems.push({ path: `${path}[${index}]`, rule: 'unique', message: `${identity} is there already` });
    seen.add(identity);
  });
}

function conformString(schema: Schema, value: Json, path: string, problems: Problems): Json {
  if (typeof value !== 'string') {
    problems.push(wrongType('a string', value, path));
    return value;
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    problems.push({
      path,
      rule: 'enum',
      message: `expected one of ${schema.enum.join(', ')}, got ${quoted(value)}`,
    });
  }
  const { minLength, maxLength, pattern } = schema;
  // Counted as the API server counts: in code points.
  const length = Array.from(value.slice(0, 2 * (maxLength ?? 0) + 2)).length;
  if (minLength !== undefined && value.length < minLength)
    problems.push({ path, rule: 'minLength', message: `must have at least ${minLength} characters` });
  if (maxLength !== undefined && length > maxLength)
    problems.push({ path, rule: 'maxLength', message: `may have at most ${maxLength} characters` });
  if (pattern !== undefined && !compiled(pattern).test(value))
    problems.push({
      path,
      rule: 'pattern',
      message: `expected ${patternWords(pattern)}, got ${quoted(value)}`,
    });
  return value;
}

function conformNumber(schema: Schema, value: Json, path: string, problems: Problems): Json {
  const whole = schema.type === 'integer';
  // YAML can say .inf and .nan, which no JSON can hold.
  if (typeof value !== 'number' || !Number.isFinite(value) || (whole && !Number.isInteger(value))) {
    problems.push(wrongType(whole ? 'a whole number' : 'a number', value, path));
    return value;
  }
  if (schema.minimum !== undefined && value < schema.minimum)
    problems.push({ path, rule: 'minimum', message: `must be ${schema.minimum} or more, got ${value}` });
  if (schema.maximum !== undefined && value > schema.maximum)
    problems.push({ path, rule: 'maximum', message: `must be ${schema.maximum} or less, got ${value}` });
  return value;
}

function wrongType(expected: string, value: Json, path: string): SchemaProblem {
  return { path, rule: 'type', message: `expected ${expected}, got ${described(value)}` };
}

/** Enough of a value for its author to find it, and not more: it may be long, or a misplaced secret. */
function described(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? quoted(value) : String(value);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const patterns = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const made = new RegExp(pattern, 'u');
  patterns.set(pattern, made);
  return made;
}
