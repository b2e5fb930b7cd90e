import { describe, expect, test } from 'vitest';
import type { ResourceSelector } from '../../functions/composition/contract.ts';
import { at, list, text } from '../../functions/composition/read.ts';
import { ReconcileError } from '../../render/reconcile/error.ts';
import { tinyKind } from './tiny-kind.ts';
import { claim, configMap, observed, run } from './tiny-reconcile.ts';

describe('what was observed', () => {
  const nothing = tinyKind(() => ({}));

  test('and is no longer composed is deleted, if the claim controls it', () => {
    const outcome = run(nothing, {
      observed: [observed('box', 'a'), observed('bin', 'b', { ownerReferences: [] })],
    });
    expect(outcome.deleted.map((each) => at(each, 'metadata', 'name'))).toEqual(['a']);
  });

  const mistakes = [
    {
      reason: 'another controller',
      object: observed('box', 'a', {
        ownerReferences: [{ kind: 'Tiny', name: 'tim', uid: 'x', controller: true }],
      }),
      says: 'controlled by Tiny tim',
    },
    {
      reason: 'another namespace',
      object: observed('box', 'a', { namespace: 'b' }),
      says: "not in the claim's",
    },
    {
      reason: 'no key',
      object: observed('box', 'a', { annotations: {} }),
      says: 'has no annotation crossplane.io/composition-resource-name',
    },
  ];
  test.each(mistakes)('cannot have $reason', ({ object, says }) => {
    expect(() => run(nothing, { observed: [object] })).toThrow(says);
    expect(() => run(nothing, { observed: [object] })).toThrow(ReconcileError);
  });

  test('is given to the function by key', () => {
    const kind = tinyKind((_claim, context) => ({
      status: { phase: text(at(context.observed('box'), 'metadata', 'name')) },
    }));
    expect(at(run(kind, { observed: [observed('box', 'a')] }).composite, 'status', 'phase')).toBe('a');
  });
});

test('a function that fails ends the reconcile, with the claim and the error', () => {
  const kind = tinyKind(() => {
    throw new TypeError('nothing is there');
  });
  expect(() => run(kind)).toThrow(ReconcileError);
  expect(() => run(kind)).toThrow(/cannot compose Tiny .*TypeError: nothing is there/);
});

describe('requirements', () => {
  const secret: ResourceSelector = { apiVersion: 'v1', kind: 'Secret', name: 's', namespace: 'thumb' };

  function recorder(requirements: (call: number) => Record<string, ResourceSelector>) {
    const seen: unknown[] = [];
    const kind = tinyKind((_claim, context) => {
      seen.push(context.required('s'));
      return { requirements: requirements(seen.length), resources: [configMap('box')] };
    });
    return { kind, seen };
  }

  test('are unanswered in the first call, and null where nothing is found', () => {
    const { kind, seen } = recorder(() => ({ s: secret }));
    expect(run(kind).lookups).toEqual([{ selector: secret, found: false }]);
    expect(seen).toEqual([undefined, null]);
  });

  test('are looked up by exact kind, namespace and name among everything given', () => {
    const right = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'thumb' } };
    const wrong = [
      { ...right, metadata: { name: 's', namespace: 'other' } },
      { ...right, kind: 'ConfigMap' },
      { ...right, apiVersion: 'v2' },
    ];
    const { kind, seen } = recorder(() => ({ s: secret }));
    run(kind, { required: [...wrong, right] });
    expect(seen.at(-1)).toEqual(right);
    const other = recorder(() => ({ s: secret }));
    run(other.kind, { required: wrong });
    expect(other.seen.at(-1)).toBeNull();
  });

  test('that grow are followed until they settle', () => {
    const { kind, seen } = recorder((call) =>
      Object.fromEntries(Array.from({ length: Math.min(call, 4) }, (_, i) => [`r${i}`, secret])),
    );
    run(kind);
    expect(seen).toHaveLength(5);
  });

  test('that never settle end the reconcile after six calls', () => {
    const { kind, seen } = recorder((call) => ({ [`r${call}`]: secret }));
    expect(() => run(kind)).toThrow('did not settle after 6 calls');
    expect(seen).toHaveLength(6);
  });

  test('are not followed after a fatal result', () => {
    let calls = 0;
    const kind = tinyKind(() => {
      calls++;
      const problems = [{ path: 'spec.color', message: 'is ugly' }];
      return { kind: 'refused', problems, requirements: { s: secret } };
    });
    expect(() => run(kind)).toThrow('cannot compose: spec.color: is ugly');
    expect(calls).toBe(1);
  });
});

describe('what is written to the claim', () => {
  const kind = tinyKind(() => ({
    resources: [
      configMap('c', { metadata: { name: 'z' } }, false),
      configMap('b', { metadata: { name: 'y' } }, false),
      configMap('a', { metadata: { name: 'x' } }),
    ],
    status: { phase: 'Pending' },
    conditions: [
      { type: 'Pretty', status: 'True', reason: 'Painted' },
      { type: 'Ready', status: 'True', reason: 'Mine' },
    ],
  }));

  test('references in the order of Crossplane, status, and conditions with system ones kept apart', () => {
    const { composite } = run(kind);
    expect(at(composite, 'spec', 'crossplane', 'resourceRefs')).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'x' },
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'y' },
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'z' },
    ]);
    expect(at(composite, 'status', 'phase')).toBe('Pending');
    const conditions = list(at(composite, 'status', 'conditions'));
    expect(conditions.map((each) => `${text(at(each, 'type'))}=${text(at(each, 'status'))}`)).toEqual([
      'Responsive=True',
      'Valid=True',
      'Pretty=True',
      'Synced=True',
      'Ready=False',
    ]);
    expect(at(conditions.at(-1), 'message')).toBe('Unready resources: b, c');
  });

  test('conditions that were there stay in their place', () => {
    const live = {
      ...claim,
      status: {
        conditions: [
          { type: 'Ready', status: 'True', reason: 'Available', lastTransitionTime: '2020-01-01T00:00:00Z' },
          { type: 'Other', status: 'True', reason: 'Theirs', lastTransitionTime: '2020-01-01T00:00:00Z' },
        ],
      },
    };
    const conditions = list(at(run(kind, {}, live).composite, 'status', 'conditions'));
    expect(conditions.map((each) => at(each, 'type'))).toEqual([
      'Ready',
      'Other',
      'Responsive',
      'Valid',
      'Pretty',
      'Synced',
    ]);
    expect(at(conditions[0], 'status')).toBe('False');
  });

  test('a condition that says nothing new is not touched', () => {
    const responsive = {
      type: 'Responsive',
      status: 'True',
      reason: 'WatchCircuitClosed',
      observedGeneration: 5,
    };
    const live = { ...claim, status: { conditions: [responsive] } };
    expect(list(at(run(kind, {}, live).composite, 'status', 'conditions'))[0]).toMatchObject(responsive);
  });

  const unready = [
    { count: 1, says: 'Unready resources: k0' },
    { count: 3, says: 'Unready resources: k0, k1, and k2' },
    { count: 5, says: 'Unready resources: k0, k1, k2, and 2 more' },
  ];
  test.each(unready)('$count that are not ready', ({ count, says }) => {
    const resources = Array.from({ length: count }, (_, i) => configMap(`k${i}`, {}, false));
    const { composite } = run(tinyKind(() => ({ resources })));
    expect(at(list(at(composite, 'status', 'conditions')).at(-1), 'message')).toBe(says);
  });

  test('events say which composition was taken and what is not ready', () => {
    expect(run(kind).events).toEqual([
      {
        type: 'Normal',
        reason: 'SelectComposition',
        message: 'Successfully selected composition: tinies.example.org',
      },
      { type: 'Normal', reason: 'ComposeResources', message: 'Composed resource "b" is not yet ready' },
      { type: 'Normal', reason: 'ComposeResources', message: 'Composed resource "c" is not yet ready' },
    ]);
  });
});

test('a paused claim is left alone', () => {
  const paused = {
    ...claim,
    metadata: { name: 'tom', namespace: 'thumb', annotations: { 'crossplane.io/paused': 'true' } },
  };
  const outcome = run(
    tinyKind(() => ({ resources: [configMap('box')] })),
    { observed: [observed('box', 'a'), observed('bin', 'b')] },
    paused,
  );
  expect(outcome.composed).toEqual([]);
  expect(outcome.deleted).toEqual([]);
  expect(at(list(at(outcome.composite, 'status', 'conditions')).at(-1), 'reason')).toBe('ReconcilePaused');
});
