import { describe, expect, test } from 'vitest';
import type { Json } from '../../functions/composition/contract.ts';
import { typeOf } from '../../generate/typescript.ts';
import { structural } from '../../render/schema/structural.ts';

describe('a schema that cannot be kept is refused', () => {
  const cases: { reason: string; schema: Json; says: string }[] = [
    {
      reason: 'a keyword that is not checked',
      schema: { type: 'object', properties: { a: { type: 'string', format: 'date' } } },
      says: 'spec.a: functions/composition/schema.ts does not check format',
    },
    {
      reason: 'a list of something without a type',
      schema: { type: 'array', items: {} },
      says: 'spec[]: unknown type',
    },
    { reason: 'not a schema', schema: 'object', says: 'spec: expected an object' },
  ];
  test.each(cases)('$reason', ({ schema, says }) => {
    expect(() => structural(schema, 'spec')).toThrow(says);
  });
});

test('prose and CEL rules are left out', () => {
  const rules = [{ rule: 'self > 1', message: 'more' }];
  const schema = structural(
    { type: 'integer', description: 'A number.', 'x-kubernetes-validations': rules },
    'spec',
  );
  expect(schema).toEqual({ type: 'integer' });
});

test('a field with a default is never absent', () => {
  const type = typeOf({
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'string' }, b: { type: 'integer', default: 1 }, c: { type: 'boolean' } },
  });
  expect(type.replaceAll(/\s+/g, ' ')).toBe(
    '{ readonly "a": string; readonly "b": number; readonly "c"?: boolean; }',
  );
});
