import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../functions/composition/contract.ts';
import { at } from '../../../../functions/composition/read.ts';
import { call, claim, objectOf } from '../../call.ts';

const cache = (spec: Json, found: Parameters<typeof call>[1] = {}) =>
  call(claim('DragonflyInstance', spec), found);

describe('the volume of a cache', () => {
  test.each([
    { size: 'micro', storageGB: 5 },
    { size: 'small', storageGB: 5 },
    { size: 'large', storageGB: 7 },
    { size: '2xlarge', storageGB: 26 },
  ])('of size $size may have $storageGB Gi', ({ size, storageGB }) => {
    expect(cache({ size, storageGB }).results).toEqual([]);
  });

  test.each([
    { size: 'large', storageGB: 6, needs: 7 },
    { size: 'xlarge', storageGB: 10, needs: 13 },
    { size: '2xlarge', storageGB: 25, needs: 26 },
  ])('of size $size may not have $storageGB Gi', ({ size, storageGB, needs }) => {
    expect(cache({ size, storageGB }).results[0]?.message).toContain(
      `spec.storageGB: a snapshot of all that size ${size} has room for takes ${needs} Gi`,
    );
  });

  test('is no reason to stop a cache that has it, only one that grows over it', () => {
    const standing = (memory: string) => ({
      observed: { dragonfly: { spec: { resources: { limits: { memory } } } } },
    });
    expect(cache({ size: 'xlarge' }, standing('16Gi')).results).toMatchObject([{ severity: 'warning' }]);
    expect(cache({ size: 'xlarge' }, standing('2Gi')).results).toMatchObject([{ severity: 'fatal' }]);
  });

  test('is of the class that the claim names', () => {
    const claimOf = (spec: Json) =>
      at(objectOf(cache(spec), 'dragonfly'), 'spec', 'snapshot', 'persistentVolumeClaimSpec');
    expect(claimOf({ storageClassName: 'fast' })).toMatchObject({ storageClassName: 'fast' });
    expect(claimOf({})).not.toHaveProperty('storageClassName');
  });
});

test.each([
  { spec: { undeclaredKeys: true }, has: true },
  { spec: { undeclaredKeys: false }, has: false },
  { spec: {}, has: false },
])('scripts may use keys that they do not declare with $spec', ({ spec, has }) => {
  const args = at(objectOf(cache(spec), 'dragonfly'), 'spec', 'args') as string[];
  expect(args.includes('--default_lua_flags=allow-undeclared-keys')).toBe(has);
});
