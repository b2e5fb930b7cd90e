import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { isObject } from '../../functions/composition/schema.ts';
import type { Schema } from '../../functions/composition/schema.ts';

/** Where in a value: names of fields and numbers of members. */
export type Place = readonly (string | number)[];

/** A value that breaks one rule of the schema, at one place. `undefined` takes the field away. */
export interface Flaw {
  readonly place: Place;
  readonly breaks: string;
  readonly value: Json | undefined;
}

/** One flaw for each rule of the schema that the value is under; the value itself must be valid. */
export function flaws(schema: Schema, value: Json, place: Place = []): Flaw[] {
  const own = [...wrongTypes(schema), ...outOfBounds(schema, value)].map((flaw) => ({ ...flaw, place }));
  return [...own, ...missing(schema, place), ...inside(schema, value, place)];
}

type Broken = Omit<Flaw, 'place'>;

function wrongTypes({ type }: Schema): Broken[] {
  const wrong: readonly Json[] = ['text', 12, 50.5, true, ['a'], {}];
  const fits = (value: Json) => {
    switch (type) {
      case 'object':
        return isObject(value);
      case 'array':
        return Array.isArray(value);
      case 'integer':
        return Number.isInteger(value);
      case 'string':
      case 'number':
      case 'boolean':
        return typeof value === type;
    }
  };
  return wrong
    .filter((value) => !fits(value))
    .map((value) => ({ breaks: `type ${type} by ${JSON.stringify(value)}`, value }));
}

function outOfBounds(schema: Schema, value: Json): Broken[] {
  const { minimum, maximum, minLength, maxLength, pattern, minItems, maxItems } = schema;
  const members = Array.isArray(value) ? value : [];
  const [first = 'member'] = members;
  const isUnique = ['set', 'map'].includes(schema['x-kubernetes-list-type'] ?? '');
  const another = (index: number) => {
    if (!isUnique) return first;
    return isObject(first) ? { ...first, name: `A${index}` } : `a${index}`;
  };
  return [
    ...(minimum === undefined ? [] : [{ breaks: `minimum ${minimum}`, value: minimum - 1 }]),
    ...(maximum === undefined ? [] : [{ breaks: `maximum ${maximum}`, value: maximum + 1 }]),
    ...(minLength === undefined ? [] : [{ breaks: `minLength ${minLength}`, value: '' }]),
    ...(maxLength === undefined || schema.enum
      ? []
      : [{ breaks: `maxLength ${maxLength}`, value: 'a'.repeat(maxLength + 1) }]),
    ...(pattern === undefined ? [] : [{ breaks: `pattern ${pattern}`, value: ' ! ' }]),
    ...(schema.enum === undefined ? [] : [{ breaks: 'enum', value: 'no-such-value' }]),
    ...(minItems === undefined ? [] : [{ breaks: `minItems ${minItems}`, value: [] }]),
    ...(maxItems === undefined
      ? []
      : [
          {
            breaks: `maxItems ${maxItems}`,
            value: Array.from({ length: maxItems + 1 }, (_, index) => another(index)),
          },
        ]),
    ...(isUnique ? [{ breaks: 'uniqueness', value: [...members, first] }] : []),
  ];
}

function missing({ required = [], properties }: Schema, place: Place): Flaw[] {
  const taken = required.map((name) => ({ place: [...place, name], breaks: 'required', value: undefined }));
  return properties === undefined
    ? taken
    : [...taken, { place: [...place, 'unheardOf'], breaks: 'unknown fields', value: 1 }];
}

function inside({ properties = {}, items, additionalProperties }: Schema, value: Json, place: Place): Flaw[] {
  if (Array.isArray(value)) {
    const [first] = value;
    return items && first !== undefined ? flaws(items, first, [...place, 0]) : [];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const schema = properties[name] ?? additionalProperties;
    return schema ? flaws(schema, inner, [...place, name]) : [];
  });
}

/** A copy with another value at the place. */
export function withFlaw(object: JsonObject, { place, value }: Flaw): JsonObject {
  const copy = structuredClone(object);
  const last = place.at(-1) ?? '';
  // The place was found in this very object.
  const parent = place
    .slice(0, -1)
    .reduce<Json>((at, step) => (at as Record<string | number, Json>)[step] ?? null, copy) as Record<
    string | number,
    Json
  >;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}
