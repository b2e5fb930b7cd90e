import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../functions/composition/contract.ts';
import { decodeRequest } from '../../../functions/wire/request.ts';
import { Malformed } from '../../../functions/wire/reader.ts';
import { anyKey, anyObject, anyText, encodeRequest } from './wire.ts';

const anyResources = fc.dictionary(anyKey, anyObject, { noNullPrototype: true });

test('what the SDK writes is found again', () => {
  fc.assert(
    fc.property(
      fc.record({
        tag: anyText,
        composite: fc.option(anyObject),
        observed: anyResources,
        required: fc.dictionary(anyKey, fc.array(anyObject, { maxLength: 3 }), { noNullPrototype: true }),
        desired: anyResources,
        context: fc.option(anyObject),
      }),
      ({ tag, composite, observed, required, desired, context }) => {
        const resources = (objects: Record<string, JsonObject>) =>
          Object.fromEntries(Object.entries(objects).map(([key, resource]) => [key, { resource, ready: 1 }]));
        const received = decodeRequest(
          encodeRequest({
            meta: { tag, capabilities: [1, 2, 3] },
            observed: {
              ...(composite === null ? {} : { composite: { resource: composite } }),
              resources: resources(observed),
            },
            desired: { resources: resources(desired) },
            input: { apiVersion: 'not.read/v1' },
            ...(context === null ? {} : { context }),
            credentials: { cloud: { credentialData: { data: { key: Buffer.from('not read') } } } },
            extraResources: { old: { items: [{ resource: { not: 'read' } }] } },
            requiredResources: Object.fromEntries(
              Object.entries(required).map(([key, items]) => [
                key,
                { items: items.map((resource) => ({ resource })) },
              ]),
            ),
            requiredSchemas: { some: { openapiV3: { not: 'read' } } },
          }),
        );
        expect(received.tag).toBe(tag);
        expect(received.composite).toEqual(composite);
        for (const key of Object.keys(observed)) expect(received.observed(key)).toEqual(observed[key]);
        for (const key of Object.keys(required))
          expect(received.required(key)).toEqual(required[key]?.[0] ?? null);
        expect(received.context === undefined).toBe(context === null);
      },
    ),
    { seed: 20261121, numRuns: 300 },
  );
});

describe('a lookup', () => {
  const received = decodeRequest(
    encodeRequest({
      observed: { resources: { conn: { resource: { kind: 'Secret' } } } },
      requiredResources: {
        absent: { items: [] },
        found: { items: [{ resource: { a: 1 } }, { resource: { a: 2 } }] },
      },
    }),
  );

  test.each<[string, Json | undefined]>([
    ['never asked for', undefined],
    ['absent', null],
    ['found', { a: 1 }],
  ])('of what was %s', (key, expected) => {
    expect(received.required(key)).toEqual(expected);
  });

  test.each<[string, boolean | undefined]>([
    ['never asked for', undefined],
    ['absent', false],
    ['found', true],
  ])('of the schema of a kind that was %s', (key, expected) => {
    const { served } = decodeRequest(
      encodeRequest({ requiredSchemas: { absent: {}, found: { openapiV3: { type: 'object' } } } }),
    );
    expect(served(key)).toBe(expected);
  });

  test.each<{ capabilities: number[]; knows: boolean }>([
    { capabilities: [], knows: false },
    { capabilities: [1, 2, 3, 4], knows: false },
    { capabilities: [1, 2, 3, 4, 5], knows: true },
  ])('of schemas is possible with the capabilities $capabilities: $knows', ({ capabilities, knows }) => {
    expect(decodeRequest(encodeRequest({ meta: { tag: 't', capabilities } })).knowsSchemas).toBe(knows);
  });

  test('of an observed resource answers the same object each time', () => {
    expect(received.observed('conn')).toBe(received.observed('conn'));
    expect(received.observed('other')).toBeUndefined();
  });

  test('of a name that every object has finds nothing', () => {
    expect(received.observed('constructor')).toBeUndefined();
    expect(received.required('__proto__')).toBeUndefined();
  });
});

test('an empty request has nothing in it', () => {
  const received = decodeRequest(Buffer.alloc(0));
  expect(received.tag).toBe('');
  expect(received.composite).toBeNull();
  expect(received.context).toBeUndefined();
});

test('a message that comes in two pieces is one message', () => {
  const composite = (resource: object) =>
    encodeRequest({ observed: { composite: { resource }, resources: {} } });
  const received = decodeRequest(Buffer.concat([composite({ a: 1, b: 1 }), composite({ b: 2, c: 3 })]));
  expect(received.composite).toEqual({ a: 1, b: 2, c: 3 });
});

describe('what cannot be read', () => {
  const broken = (key: string) => {
    const bytes = encodeRequest({
      observed: {
        composite: { resource: { kind: 'Fine' } },
        resources: { [key]: { resource: { password: 'swordfish' } } },
      },
    });
    // The first byte of the text becomes one that UTF-8 cannot start with.
    bytes[bytes.indexOf('swordfish')] = 0xff;
    return bytes;
  };

  test('is named when it is asked for, and not what is in it', () => {
    const received = decodeRequest(broken('conn'));
    expect(() => received.observed('conn')).toThrow(Malformed);
    expect(() => received.observed('conn')).toThrow(
      'cannot read observed.resources[conn]: a text is not UTF-8',
    );
  });

  test('does no harm where nobody reads it', () => {
    expect(decodeRequest(broken('conn')).observed('cluster')).toBeUndefined();
  });

  test('is a request cut in the middle', () => {
    const composite = { resource: { kind: 'Fine' } };
    const bytes = encodeRequest({ observed: { composite } });
    for (let length = 1; length < bytes.length; length++)
      expect(() => decodeRequest(bytes.subarray(0, length)), `${length} bytes`).toThrow(Malformed);
  });
});
