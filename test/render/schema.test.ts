import { describe, expect, test } from 'vitest';
import { claimProblems } from '../../render/claim-problems.ts';
import { uncompilable } from '../../render/schema/cel.ts';
import { withDefaults } from '../../render/schema/defaults.ts';
import { claimOf, definitionOf, definitions } from './definitions.ts';

describe('names at and over each limit', () => {
  const limits = [
    { kind: 'PostgresInstance', spec: {}, most: 50 },
    { kind: 'DragonflyInstance', spec: {}, most: 52 },
    { kind: 'AgentExecutor', spec: { image: 'a:b' }, most: 47 },
  ];
  test.each(limits)('$kind: $most characters', ({ kind, spec, most }) => {
    const named = (length: number) => claimOf(kind, spec, { name: 'a'.repeat(length), namespace: 'x' });
    expect(claimProblems(definitionOf(kind), named(most))).toEqual([]);
    expect(claimProblems(definitionOf(kind), named(most + 1))).toHaveLength(1);
  });
});

describe('rules', () => {
  test.each([...definitions.values()])('of $kind can all be judged here', ({ openApi }) => {
    expect(uncompilable(openApi, '')).toEqual([]);
  });

  test('that need functions of Kubernetes alone are named', () => {
    const schema = {
      type: 'object',
      properties: {
        size: {
          type: 'string',
          'x-kubernetes-validations': [{ rule: "quantity(self).isGreaterThan(quantity('1Gi'))" }],
        },
      },
    };
    expect(uncompilable(schema, 'spec')).toEqual([
      {
        path: 'spec.size',
        message: expect.stringContaining('cannot judge the rule quantity(self)') as string,
      },
    ]);
  });
});

describe('defaults', () => {
  const { spec } = definitionOf('Tiny');
  const defaults = [
    {
      reason: 'of absent fields, nested ones too',
      given: {},
      becomes: { limit: 2, nested: { deep: 'down' } },
    },
    { reason: 'of null', given: { limit: null }, becomes: { limit: 2, nested: { deep: 'down' } } },
    {
      reason: 'in members of a list',
      given: { parts: [{ name: 'a' }] },
      becomes: { limit: 2, nested: { deep: 'down' }, parts: [{ name: 'a', weight: 1 }] },
    },
    {
      reason: 'and nothing else: unknown and wrong values stay',
      given: { limit: 'x', nested: 5, unknown: 1 },
      becomes: { limit: 'x', nested: 5, unknown: 1 },
    },
  ];
  test.each(defaults)('$reason', ({ given, becomes }) => {
    expect(withDefaults(spec, given)).toEqual(becomes);
  });
});
