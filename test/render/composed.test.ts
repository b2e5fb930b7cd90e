import { describe, expect, test } from 'vitest';
import { at } from '../../functions/composition/read.ts';
import { childName, stableUid } from '../../render/reconcile/identity.ts';
import { tinyKind } from './tiny-kind.ts';
import { claim, configMap, observed, run, uid } from './tiny-reconcile.ts';

describe('identity, as Crossplane 2.4.0 draws it', () => {
  test('uid of a claim that has none', () => {
    expect(stableUid('database.bizmatters.io/v1alpha1', 'PostgresInstance', 'shop', 'orders-db')).toBe(
      '0412f43c-b374-5714-af61-daf189a938ff',
    );
  });
  const names = [
    { reason: 'short', prefix: 'tom-', expected: /^tom-[0-9a-f]{12}$/ },
    { reason: 'without a hyphen', prefix: 'tom', expected: /^tom-[0-9a-f]{12}$/ },
    { reason: 'cut to 63 characters', prefix: `${'a'.repeat(60)}-`, expected: /^a{50}-[0-9a-f]{12}$/ },
    { reason: 'cut at a hyphen', prefix: `${'a'.repeat(50)}-bbbbbbbb-`, expected: /^a{50}-[0-9a-f]{12}$/ },
  ];
  test.each(names)('name of a resource that brings none: $reason', ({ prefix, expected }) => {
    const name = childName(prefix, uid, 'box');
    expect(name).toMatch(expected);
    expect(name).toBe(childName(prefix, uid, 'box'));
    expect(name).not.toBe(childName(prefix, uid, 'other'));
  });
});

describe('a composed resource', () => {
  const kind = tinyKind(() => ({ resources: [configMap('box', { data: { a: 'b', gone: undefined } })] }));

  test('gets name, namespace, label, annotation and controller', () => {
    const [box] = run(kind).composed;
    expect(box?.object).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      data: { a: 'b' },
      metadata: {
        name: childName('tom-', uid, 'box'),
        generateName: 'tom-',
        namespace: 'thumb',
        labels: { 'crossplane.io/composite': 'tom' },
        annotations: { 'crossplane.io/composition-resource-name': 'box' },
        ownerReferences: [
          {
            apiVersion: 'example.org/v1',
            kind: 'Tiny',
            name: 'tom',
            uid,
            blockOwnerDeletion: true,
            controller: true,
          },
        ],
      },
    });
  });

  test('keeps the name under which it was seen', () => {
    const outcome = run(kind, { observed: [observed('box', 'old-name')] });
    expect(at(outcome.composed[0]?.object, 'metadata', 'name')).toBe('old-name');
    expect(outcome.deleted).toEqual([]);
  });

  test('keeps labels and annotations of its own', () => {
    const own = tinyKind(() => ({
      resources: [configMap('box', { metadata: { name: 'x', labels: { a: '1' }, annotations: { b: '2' } } })],
    }));
    const metadata = at(run(own).composed[0]?.object, 'metadata');
    expect(at(metadata, 'labels')).toEqual({ a: '1', 'crossplane.io/composite': 'tom' });
    expect(at(metadata, 'annotations', 'b')).toBe('2');
  });

  test('with a name that nothing in Kubernetes may have ends the reconcile', () => {
    const bad = tinyKind(() => ({ resources: [configMap('box', { metadata: { name: 'Not_A_Name' } })] }));
    expect(() => run(bad)).toThrow('invalid name "Not_A_Name"');
  });

  test('bears the label of the claim when it has one, and takes its name from it', () => {
    const labels = { 'crossplane.io/composite': 'other' };
    const labelled = { ...claim, metadata: { name: 'tom', namespace: 'thumb', labels } };
    const metadata = at(run(kind, {}, labelled).composed[0]?.object, 'metadata');
    expect(at(metadata, 'labels')).toEqual(labels);
    expect(at(metadata, 'generateName')).toBe('other-');
  });

  test('belongs to the uid of the claim when it has one', () => {
    const live = { ...claim, metadata: { name: 'tom', namespace: 'thumb', uid: 'u-1' } };
    expect(at(run(kind, {}, live).composed[0]?.object, 'metadata', 'ownerReferences')).toEqual([
      expect.objectContaining({ uid: 'u-1' }),
    ]);
  });
});
