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
  const [near] = known
    .map((each) => ({ each, edits: distance(name.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, edits }) => edits <= Math.min(3, each.length / 2))
    .toSorted((a, b) => a.edits - b.edits);
  const fields = known.length === 0 || known.length > 30 ? '' : `; there are ${known.join(', ')}`;
  return { path, message: `is not a field${near === undefined ? fields : `; did you mean ${near.each}?`}` };
}

/** How many letters must be added, removed or replaced to make one word of the other. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return 4;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
