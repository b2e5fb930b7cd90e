import { expect, test } from 'vitest';
import { ownResources } from '../../cli/input/objects.ts';
import type { JsonObject } from '../../functions/composition/contract.ts';

const claim: JsonObject = { kind: 'Tiny', metadata: { name: 'tom', namespace: 'thumb' } };

function resource(name: string, metadata: JsonObject): JsonObject {
  return { kind: 'ConfigMap', metadata: { name, namespace: 'thumb', ...metadata } };
}

function controlledBy(kind: string, name: string): JsonObject {
  return { ownerReferences: [{ kind, name, uid: 'u', controller: true }] };
}

function labelled(name: string): JsonObject {
  return { labels: { 'crossplane.io/composite': name } };
}

test('a claim gets the observed resources that are its own', () => {
  const resources = [
    resource('controlled', controlledBy('Tiny', 'tom')),
    resource('labelled', labelled('tom')),
    resource('of another claim', controlledBy('Tiny', 'tim')),
    resource('of another kind', controlledBy('Huge', 'tom')),
    resource('controlled by another, though labelled', {
      ...controlledBy('Tiny', 'tim'),
      ...labelled('tom'),
    }),
    resource('elsewhere', { ...controlledBy('Tiny', 'tom'), namespace: 'other' }),
    resource('of nobody', {}),
  ];
  expect(ownResources(resources, claim)).toEqual(resources.slice(0, 2));
});
