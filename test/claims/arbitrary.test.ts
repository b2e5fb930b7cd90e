import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../functions/composition/contract.ts';
import { object } from '../../functions/composition/read.ts';
import type { Schema } from '../../functions/composition/schema.ts';
import { arbitraryValue } from './arbitrary-value.ts';
import { arbitraryClaim } from './arbitrary.ts';
import { kindNames, offerNamed } from './offers.ts';

const seed = 20_261_121;
const place = { path: 'field', accepts: () => true };

/** Paths of all fields that the schema knows. */
function fieldsOf({ properties = {}, items, additionalProperties }: Schema, path: string): string[] {
  const inner: (readonly [string, Schema | undefined])[] = [
    ...Object.entries(properties).map(([name, each]) => [`${path}.${name}`, each] as const),
    [`${path}[]`, items],
    [`${path}.*`, additionalProperties],
  ];
  return [path, ...inner.flatMap(([at, each]) => (each === undefined ? [] : fieldsOf(each, at)))];
}

/** Paths of all fields that the value has. */
function pathsIn(schema: Schema, value: Json, path: string): string[] {
  if (Array.isArray(value))
    return [path, ...value.flatMap((each) => pathsIn(schema.items ?? schema, each, `${path}[]`))];
  const inner = Object.entries(object(value)).flatMap(([name, each]) => {
    const property = schema.properties?.[name];
    if (property !== undefined) return pathsIn(property, each, `${path}.${name}`);
    return schema.additionalProperties ? pathsIn(schema.additionalProperties, each, `${path}.*`) : [];
  });
  return [path, ...inner];
}

const patience = { timeout: 300_000 };

test.each(kindNames)('every field of %s is drawn, and is left out where it may be', patience, (kind) => {
  const { spec } = offerNamed(kind).definition;
  const claims = fc.sample(arbitraryClaim(kind), { seed, numRuns: 4_000 });
  const drawn = claims.map((claim) => new Set(pathsIn(spec, object(claim.spec), 'spec')));
  for (const field of fieldsOf(spec, 'spec'))
    expect(
      drawn.some((paths) => paths.has(field)),
      field,
    ).toBe(true);
  for (const name of Object.keys(spec.properties ?? {}).filter((each) => !spec.required?.includes(each)))
    expect(
      drawn.every((paths) => paths.has(`spec.${name}`)),
      name,
    ).toBe(false);
});

describe('texts', () => {
  const drawn = (schema: Json) => fc.sample(arbitraryValue(schema, place), { seed, numRuns: 4_000 });

  test.each([
    { reason: 'an empty one', text: '' },
    { reason: 'one that YAML takes for something else', text: 'null' },
    { reason: 'one that a shell would expand', text: '$(HOME)' },
    { reason: 'one with a line break', text: 'a\nb' },
    { reason: 'a name of a Secret that no Secret can have', text: 'vault/llm' },
    { reason: 'an address of version 6', text: '2001:db8::1' },
    { reason: 'a network of version 6', text: '2001:db8::/32' },
    { reason: 'a network that there is none of', text: '300.0.0.0/8' },
    { reason: 'a schedule in words', text: '@daily' },
    { reason: 'one that is as long as may be', text: 'a'.repeat(80) },
  ])('$reason is drawn where only the length is bounded', ({ text }) => {
    expect(drawn({ type: 'string', maxLength: 80 })).toContain(text);
  });

  test('keep pattern, bounds and rules', () => {
    const rule = { rule: "!self.endsWith(':latest') && self.contains(':')", message: 'needs a tag' };
    const values = drawn({
      type: 'string',
      minLength: 3,
      maxLength: 20,
      pattern: '^[a-z0-9:./]+$',
      'x-kubernetes-validations': [rule],
    });
    for (const value of values) expect(value).toMatch(/^(?=.*:)(?!.*:latest$)[a-z0-9:./]{3,20}$/);
    expect(new Set(values).size).toBeGreaterThan(50);
  });

  test('that nobody can draw are asked for by name and place', () => {
    const rule = { rule: "self == 'a secret handshake'", message: 'knock' };
    expect(() => drawn({ type: 'string', 'x-kubernetes-validations': [rule] })).toThrow(
      'nothing that is drawn fits field: add what does to test/claims/texts.ts',
    );
  });
});

test('rules across fields are kept, defaults included', () => {
  const limit = { type: 'integer', minimum: 0, maximum: 9, default: 3 };
  const rule = { rule: 'self.low <= self.high', message: 'low cannot be above high' };
  const range = {
    type: 'object',
    properties: { low: limit, high: limit },
    'x-kubernetes-validations': [rule],
  };
  for (const value of fc.sample(arbitraryValue(range, place), { seed, numRuns: 300 })) {
    const { low = 3, high = 3 } = value as { low?: number; high?: number };
    expect(low).toBeLessThanOrEqual(high);
  }
});
