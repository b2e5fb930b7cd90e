import { describe, expect, test } from 'vitest';
import type { ServedKind } from '../../functions/composition/contract.ts';
import { servedKinds } from '../../render/reconcile/served-kinds.ts';
import { tinyKind } from './tiny-kind.ts';
import { run } from './tiny-reconcile.ts';

describe('kinds that may not be served', () => {
  const monitor: ServedKind = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor' };
  const own: ServedKind = { apiVersion: 'example.org/v1', kind: 'Tiny' };

  function answers(serves?: (kind: ServedKind) => boolean) {
    const seen: (boolean | undefined)[] = [];
    const kind = tinyKind((_claim, { served }) => {
      seen.push(served('monitor'));
      return { schemas: { monitor } };
    });
    run(kind, { serves });
    return seen;
  }

  test.each([
    { reason: 'all are, unless told otherwise', serves: undefined, expected: [undefined, true] },
    {
      reason: 'one is not',
      serves: ({ kind }: ServedKind) => kind === own.kind,
      expected: [undefined, false],
    },
    {
      reason: "who does not know the claim's own kind knows nothing",
      serves: () => false,
      expected: [undefined, true],
    },
  ])('$reason', ({ serves, expected }) => {
    expect(answers(serves)).toEqual(expected);
  });

  test('are found in OpenAPI documents by a schema of their own', () => {
    const gvk = (group: string, version: string, kind: string) => ({ group, version, kind });
    const serves = servedKinds([
      {
        components: {
          schemas: { a: { 'x-kubernetes-group-version-kind': [gvk('example.org', 'v1', 'Tiny')] } },
        },
      },
      {
        components: {
          schemas: {
            b: { 'x-kubernetes-group-version-kind': [gvk('', 'v1', 'Secret')] },
            c: { 'x-kubernetes-group-version-kind': [gvk('', 'v1', 'Shared'), gvk('a', 'v1', 'Shared')] },
            d: { type: 'object' },
          },
        },
      },
    ]);
    expect(serves(own)).toBe(true);
    expect(serves({ apiVersion: 'v1', kind: 'Secret' })).toBe(true);
    expect(serves({ apiVersion: 'v1', kind: 'Shared' })).toBe(false);
    expect(serves(monitor)).toBe(false);
  });
});
