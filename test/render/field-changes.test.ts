import { describe, expect, test } from 'vitest';
import type { Json } from '../../functions/composition/contract.ts';
import { fieldChanges } from '../../render/difference/field-changes.ts';

describe('fields that differ', () => {
  const cases: { reason: string; before: Json; after: Json; changes: string[] }[] = [
    { reason: 'nothing', before: { a: [1, { b: 2 }] }, after: { a: [1, { b: 2 }] }, changes: [] },
    { reason: 'order of keys', before: { a: 1, b: 2 }, after: { b: 2, a: 1 }, changes: [] },
    { reason: 'a value', before: { a: { b: 1 } }, after: { a: { b: 2 } }, changes: ['a.b: 1 2'] },
    {
      reason: 'a field that comes and one that goes',
      before: { a: 1 },
      after: { b: 1 },
      changes: ['a: 1 -', 'b: - 1'],
    },
    {
      reason: 'members by name, wherever they stand',
      before: {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
      after: { env: [{ name: 'B', value: '3' }, { name: 'A', value: '1' }, { name: 'C' }] },
      changes: ['env[B].value: "2" "3"', 'env[C]: - {"name":"C"}'],
    },
    {
      reason: 'a list of words as a whole',
      before: ['a'],
      after: ['a', 'b'],
      changes: [': ["a"] ["a","b"]'],
    },
    {
      reason: 'members without names that are more or fewer',
      before: { egress: [{ to: 1 }, { to: 2 }] },
      after: { egress: [{ to: 2 }, { to: 3 }, { to: 4 }] },
      changes: ['egress[0]: {"to":1} -', 'egress[1]: - {"to":3}', 'egress[2]: - {"to":4}'],
    },
    { reason: 'another type', before: { a: [1] }, after: { a: { b: 1 } }, changes: ['a: [1] {"b":1}'] },
  ];
  test.each(cases)('$reason', ({ before, after, changes }) => {
    const shown = (value: Json | undefined) => (value === undefined ? '-' : JSON.stringify(value));
    expect(
      fieldChanges(before, after).map((each) => `${each.path}: ${shown(each.before)} ${shown(each.after)}`),
    ).toEqual(changes);
  });
});
