import { Resource } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../functions/composition/contract.ts';
import { decodeResource } from '../../../functions/wire/request.ts';
import { decodeStruct, maxDepth, writeStruct } from '../../../functions/wire/struct.ts';
import { Malformed } from '../../../functions/wire/reader.ts';
import { WireWriter } from '../../../functions/wire/writer.ts';
import { anyObject, nestedStruct } from './wire.ts';

const runs = { seed: 20261121, numRuns: 500 };

function encodeStruct(struct: object): Buffer {
  const writer = new WireWriter();
  writeStruct(writer, struct);
  return writer.finish();
}

function nested(levels: number): JsonObject {
  let object: JsonObject = { bottom: true };
  for (let level = 1; level < levels; level++) object = { deeper: object };
  return object;
}

describe('a Struct', () => {
  test('of ours is read by the SDK as it was', () => {
    fc.assert(
      fc.property(anyObject, (struct) => {
        const writer = new WireWriter();
        writer.bytes(1, encodeStruct(struct));
        expect(Resource.decode(writer.finish()).resource).toEqual(struct);
      }),
      runs,
    );
  });

  test('of the SDK is read by us as it was', () => {
    fc.assert(
      fc.property(anyObject, (struct) => {
        const bytes = Resource.encode(Resource.fromPartial({ resource: struct })).finish();
        expect(decodeResource(bytes)).toEqual(struct);
      }),
      runs,
    );
  });

  test('keeps the data of a Secret to the byte', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.uint8Array({ maxLength: 300 })),
        (entries) => {
          const data = Object.fromEntries(
            Object.entries(entries).map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')]),
          );
          expect(decodeStruct(encodeStruct({ data }))).toEqual({ data });
        },
      ),
      runs,
    );
  });

  test('may have a member called __proto__, which stays a member', () => {
    const hostile = JSON.parse(
      '{"__proto__": {"polluted": true}, "constructor": 1, "hasOwnProperty": 2}',
    ) as JsonObject;
    const decoded = decodeStruct(encodeStruct(hostile));
    expect(JSON.stringify(decoded)).toBe(JSON.stringify(hostile));
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  test('grows beyond the room that the writer starts with', () => {
    const long = { text: 'ä'.repeat(40_000), list: Array.from({ length: 5_000 }, (_, i) => ({ i })) };
    expect(decodeStruct(encodeStruct(long))).toEqual(long);
  });
});

describe('nesting', () => {
  test.each([40, maxDepth])('%d levels are read and written', (levels) => {
    expect(decodeStruct(encodeStruct(nested(levels)))).toEqual(nested(levels));
  });

  test.each([maxDepth + 1, 2_000, 100_000])('%d levels are refused without a crash', (levels) => {
    expect(() => decodeStruct(nestedStruct(levels))).toThrow(`nested deeper than ${maxDepth} levels`);
  });

  test('too deep or circular is refused when writing', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(() => encodeStruct(circle)).toThrow(`nested deeper than ${maxDepth} levels`);
    expect(() => encodeStruct(nested(maxDepth + 1))).toThrow(`nested deeper than ${maxDepth} levels`);
  });
});

describe('what JSON cannot say is refused with its path', () => {
  test.each<[unknown, string]>([
    [() => 1, 'spec.list[1].wrong: expected JSON, got a value of type function'],
    [1n, 'spec.list[1].wrong: expected JSON, got a value of type bigint'],
    [Symbol('x'), 'spec.list[1].wrong: expected JSON, got a value of type symbol'],
    [NaN, 'spec.list[1].wrong: expected JSON, got NaN'],
    [Infinity, 'spec.list[1].wrong: expected JSON, got Infinity'],
    [new Date(0), 'spec.list[1].wrong: expected JSON, got an instance of Date'],
    [new Map(), 'spec.list[1].wrong: expected JSON, got an instance of Map'],
    [Buffer.from('x'), 'spec.list[1].wrong: expected JSON, got an instance of Buffer'],
    [[undefined], 'spec.list[1].wrong[0]: expected JSON, got a value of type undefined'],
  ])('%s', (wrong, message) => {
    expect(() => encodeStruct({ spec: { list: [1, { wrong }] } })).toThrow(message);
  });

  test('but a member that is undefined is left out', () => {
    expect(decodeStruct(encodeStruct({ a: undefined, b: { c: undefined } }))).toEqual({ b: {} });
  });
});

describe('bytes that are no Struct are refused', () => {
  const good = encodeStruct({ kind: 'Secret', data: { password: 'c2VjcmV0' } });
  const value = (bytes: readonly number[]) =>
    Buffer.from([0x0a, bytes.length + 5, 0x0a, 1, 0x78, 0x12, bytes.length, ...bytes]);

  test('at whatever byte they are cut', () => {
    for (let length = 1; length < good.length; length++) {
      // Where one whole entry ends, the rest is a Struct too.
      if (length === (good[1] ?? 0) + 2) continue;
      expect(() => decodeStruct(good.subarray(0, length)), `${length} bytes`).toThrow(Malformed);
    }
  });

  test.each<[string, readonly number[], string]>([
    ['NaN', [0x11, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f], 'a number is not finite'],
    ['infinity', [0x11, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f], 'a number is not finite'],
    ['broken UTF-8', [0x1a, 2, 0xc3, 0x28], 'a text is not UTF-8'],
    ['an encoded surrogate', [0x1a, 3, 0xed, 0xa0, 0x80], 'a text is not UTF-8'],
    ['a length beyond the message', [0x1a, 9, 0x61], 'it ends in the middle of a field'],
    ['a message beyond the one around it', [0x2a, 9], 'a field ends beyond the message that it is part of'],
    ['field number 0', [0x02, 0], 'a field has the number 0'],
    ['a group', [0x3b, 0x3c], 'a field has the unknown wire type 3'],
    ['a number without an end', [0x20, ...Array<number>(10).fill(0xff)], 'a number is longer than ten bytes'],
  ])('%s', (_reason, bytes, message) => {
    expect(() => decodeStruct(value(bytes))).toThrow(message);
  });

  test.each<[string, readonly number[], Json]>([
    ['nothing in a value is null', [], null],
    ['null', [0x08, 0], null],
    ['of two alternatives the last counts', [0x20, 1, 0x1a, 1, 0x79], 'y'],
    [
      'a field that we do not know is passed over',
      [0x20, 1, 0x38, 5, 0x42, 2, 1, 2, 0x4d, 1, 2, 3, 4, 0x51, 1, 2, 3, 4, 5, 6, 7, 8],
      true,
    ],
    ['the replacement character is a character', [0x1a, 3, 0xef, 0xbf, 0xbd], '\uFFFD'],
    ['so is a byte order mark', [0x1a, 3, 0xef, 0xbb, 0xbf], '\uFEFF'],
  ])('but %s', (_reason, bytes, expected) => {
    expect(decodeStruct(value(bytes))).toEqual({ x: expected });
  });

  test('but of a key that comes twice the last counts', () => {
    const twice = Buffer.concat([encodeStruct({ a: 1, b: 2 }), encodeStruct({ a: { c: 3 } })]);
    expect(decodeStruct(twice)).toEqual({ a: { c: 3 }, b: 2 });
  });
});

test('a Resource without an object has an empty one', () => {
  expect(decodeResource(Buffer.alloc(0))).toEqual({});
});
