import fc from 'fast-check';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { list, object } from '../../functions/composition/read.ts';
import type { Schema } from '../../functions/composition/schema.ts';
import { conform } from '../../functions/composition/schema.ts';
import { brokenRules } from '../../render/schema/cel.ts';
import { withDefaults } from '../../render/schema/defaults.ts';
import { structural } from '../../render/schema/structural.ts';
import { texts } from './texts.ts';

/** Where a value stands: its field path, with `[0]` for any member of a list, and who else has a say about what stands there. */
export interface Place {
  readonly path: string;
  /** Whether a value here gives no cause for complaint at this path or below it, whatever is said of the rest. */
  readonly accepts: (value: Json, path: string) => boolean;
}

/** A schema as the XRD writes it, with its rules, and as it is checked. */
interface Field extends Place {
  readonly raw: Json | undefined;
  readonly schema: Schema;
}

const probe = { seed: 20_261_121, numRuns: 60 };

/**
 * Values that fit a schema of an XRD: type, bounds, enum, pattern, list type and the rules in CEL, all the way down.
 * Throws when nothing that it knows to draw fits, and says where to teach it.
 */
export function arbitraryValue(raw: Json | undefined, place: Place): fc.Arbitrary<Json> {
  const field = {
    path: place.path,
    accepts: remembered(place.accepts),
    raw,
    schema: structural(raw, place.path),
  };
  return fitting(field, candidates(field));
}

/** Texts come again and again, and to accept one may mean to compose a whole claim. */
function remembered(accepts: Place['accepts']): Place['accepts'] {
  const known = new Map<string, boolean>();
  return (value, path) => {
    if (typeof value !== 'string') return accepts(value, path);
    const key = JSON.stringify([path, value]);
    const verdict = known.get(key) ?? accepts(value, path);
    known.set(key, verdict);
    return verdict;
  };
}

function candidates(field: Field): readonly fc.Arbitrary<Json>[] {
  const { schema } = field;
  switch (schema.type) {
    case 'object':
      return schema.additionalProperties === undefined ? fields(field) : [entries(field)];
    case 'array':
      return members(field);
    case 'string':
      return strings(schema);
    case 'integer':
      return [numbers(schema, (bounds) => fc.integer(bounds))];
    case 'number':
      return [numbers(schema, (bounds) => fc.double({ ...bounds, noNaN: true }))];
    case 'boolean':
      return [fc.boolean()];
  }
}

/**
 * The candidates, narrowed to what fits. One that does less than once in four times is tried a few times only, so that drawing
 * never takes long; one that never does is left out. Others are asked only where they turned something down.
 */
function fitting(field: Field, drawn: readonly fc.Arbitrary<Json>[]): fc.Arbitrary<Json> {
  const { path, schema, accepts } = field;
  const narrowed = drawn.flatMap((candidate) => {
    const fit = fc.sample(candidate, probe).filter((value) => isFitting(field, value));
    // What is wrong with a list is wrong with a member, or with the object around it.
    if (schema.type === 'array')
      return fit.length === 0 ? [] : [candidate.filter((value) => isFitting(field, value))];
    const asked = fit.slice(0, 30);
    const accepted = asked.filter((value) => accepts(value, path));
    if (accepted.length === 0) return [];
    if (fit.length * accepted.length * 4 < probe.numRuns * asked.length)
      return [fc.constantFrom(...accepted)];
    const isPicky = accepted.length < asked.length;
    return [candidate.filter((value) => isFitting(field, value) && (!isPicky || accepts(value, path)))];
  });
  if (narrowed.length === 0)
    throw new Error(`nothing that is drawn fits ${path}: add what does to test/claims/texts.ts`);
  return fc.oneof(...narrowed);
}

function isFitting({ raw, schema, path }: Field, value: Json): boolean {
  const whole = withDefaults(schema, value);
  return (
    conform(schema, whole, path).problems.length === 0 &&
    brokenRules({ schema: raw, value: whole, old: undefined, path }).length === 0
  );
}

/**
 * Objects with most of their fields, and with any number of them, as fields often exclude each other; where rules turn most
 * combinations down, those with two of the optional fields besides.
 * What is required is drawn first, because without it nobody could judge the rest.
 */
function fields(field: Field): readonly fc.Arbitrary<Json>[] {
  const { raw, schema, path, accepts } = field;
  const required = schema.required ?? [];
  const example: JsonObject = {};
  const drawn: Record<string, fc.Arbitrary<Json>> = {};
  for (const name of [...required, ...Object.keys(schema.properties ?? {})]) {
    if (Object.hasOwn(drawn, name)) continue;
    const among = { ...example };
    drawn[name] = arbitraryValue(object(object(raw).properties)[name], {
      path: `${path}.${name}`,
      accepts: (value, at) => accepts({ ...among, [name]: value }, at),
    });
    if (required.includes(name)) example[name] = first(drawn[name]);
  }
  const most = fc.record(drawn, { requiredKeys: [...required] }) as fc.Arbitrary<Json>;
  const optional = Object.keys(drawn).filter((name) => !required.includes(name));
  if (optional.length < 2) return [most];
  // A field that stands with no other, such as the name of what the others describe.
  const alone = excluding(field, drawn).map((name) => recordOf(drawn, [...required, name]));
  const half = fc.subarray(optional).chain((names) => recordOf(drawn, [...required, ...names]));
  if (optional.length > 6) return [half, ...alone];
  if (!Object.hasOwn(object(raw), 'x-kubernetes-validations')) return [most, half];
  const pairs = optional.flatMap((one, index) => optional.slice(index).map((other) => [one, other]));
  return [most, half, ...pairs.map((pair) => recordOf(drawn, [...required, ...pair]))];
}

/** Optional fields that are turned down beside each of the others. */
function excluding({ schema, path, accepts }: Field, drawn: Record<string, fc.Arbitrary<Json>>): string[] {
  const example = Object.fromEntries(Object.entries(drawn).map(([name, each]) => [name, first(each)]));
  const optional = Object.keys(drawn).filter((name) => !schema.required?.includes(name));
  return optional.filter((one) =>
    optional.every(
      (other) =>
        other === one || !accepts({ [one]: example[one] ?? null, [other]: example[other] ?? null }, path),
    ),
  );
}

function recordOf(drawn: Record<string, fc.Arbitrary<Json>>, names: readonly string[]): fc.Arbitrary<Json> {
  return fc.record(Object.fromEntries(Object.entries(drawn).filter(([name]) => names.includes(name))));
}

function first(arbitrary: fc.Arbitrary<Json>): Json {
  return fc.sample(arbitrary, { ...probe, numRuns: 1 })[0] ?? null;
}

/** A map, with keys and values that its rules let stand. */
function entries(field: Field): fc.Arbitrary<JsonObject> {
  const { path, schema } = field;
  const takes = (key: string, value: Json) => {
    const map = { [key]: value };
    return isFitting(field, map) && field.accepts(map, path);
  };
  const value = (accepts: Place['accepts']) =>
    arbitraryValue(object(field.raw).additionalProperties, { path: `${path}.*`, accepts });
  const examples = fc.sample(
    value(() => true),
    { ...probe, numRuns: 20 },
  );
  const drawn = Object.values(texts).map((text) => fc.sample(text, probe));
  const [known, example] = firstPair(drawn.flat(), examples, takes) ?? [];
  if (known === undefined || example === undefined)
    throw new Error(`no key that is drawn fits ${path}: add one that does to test/claims/texts.ts`);
  const verdicts = new Map([...new Set(drawn.flat())].map((key) => [key, takes(key, example)]));
  const keys = drawn.map((each) => each.filter((key) => verdicts.get(key))).filter((each) => each.length > 0);
  return fc.dictionary(
    fc.oneof(...keys.map((taken) => fc.constantFrom(...taken))),
    value((each) => takes(known, each)),
    { maxKeys: Math.min(schema.maxProperties ?? 5, 5) },
  );
}

/** The first key that is taken with one of the values, and that value: with it a key is refused for its own sake only. */
function firstPair(
  keys: readonly string[],
  values: readonly Json[],
  takes: (key: string, value: Json) => boolean,
): readonly [string, Json] | undefined {
  for (const key of keys) {
    const value = values.find((each) => takes(key, each));
    if (value !== undefined) return [key, value];
  }
  return undefined;
}

/** Lists of any length, and of one member, which more often pleases those who have a say. */
function members({ raw, schema, path, accepts }: Field): readonly fc.Arbitrary<Json>[] {
  const place: Place = { path: `${path}[0]`, accepts: (value, at) => accepts([value], at) };
  const member = arbitraryValue(object(raw).items, place);
  const { minItems: minLength = 0, maxItems = 5 } = schema;
  const bounds = { minLength, maxLength: Math.max(minLength, Math.min(maxItems, 4)) };
  const single = minLength <= 1 ? [fc.tuple(member)] : [];
  const keys = list(object(raw)['x-kubernetes-list-map-keys']).map(String);
  if (!['set', 'map'].includes(schema['x-kubernetes-list-type'] ?? ''))
    return [fc.array(member, bounds), ...single];
  const selector = (each: Json) =>
    JSON.stringify(keys.length === 0 ? each : keys.map((key) => object(each)[key] ?? null));
  return [fc.uniqueArray(member, { ...bounds, selector }), ...single];
}

function strings({ enum: allowed, pattern, minLength = 0, maxLength = 253 }: Schema): fc.Arbitrary<Json>[] {
  if (allowed !== undefined) return [fc.constantFrom(...allowed)];
  const ends = fc.constantFrom(
    'a'.repeat(Math.max(minLength, 1)),
    'a'.repeat(maxLength),
    'A'.repeat(maxLength),
  );
  return [
    ends,
    ...(pattern === undefined
      ? []
      : [fc.stringMatching(new RegExp(pattern), { maxLength: Math.min(maxLength, 253) })]),
    ...Object.values(texts),
  ];
}

/** Numbers at both bounds and in between; without a bound also beyond what anybody would call sensible. */
function numbers(
  { minimum: min = -1_000_000, maximum: max = 1_000_000 }: Schema,
  between: (bounds: { min: number; max: number }) => fc.Arbitrary<number>,
): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(min, max), { weight: 4, arbitrary: between({ min, max }) });
}
