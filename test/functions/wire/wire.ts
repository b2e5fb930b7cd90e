import { RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../../functions/composition/contract.ts';
import { entry, request, resource, state } from '../../../functions/wire/sdk.ts';
import { WireWriter } from '../../../functions/wire/writer.ts';

/** A message of the SDK with any of its fields left out, at any depth. */
export type Draft<Message> = Message extends Uint8Array | string | number
  ? Message
  : Message extends readonly (infer Member)[]
    ? readonly Draft<Member>[]
    : { readonly [Name in keyof Message]?: Draft<Message[Name]> };

/** The bytes of a request as the SDK, which is not what we test, writes them. */
export function encodeRequest(draft: Draft<RunFunctionRequest>): Buffer {
  const message = RunFunctionRequest.fromPartial(draft as object);
  return Buffer.from(RunFunctionRequest.encode(message).finish());
}

export const anyText = fc.string({ unit: 'grapheme' });
export const anyKey = fc.string({ unit: 'grapheme', minLength: 1 }).filter((key) => key !== '__proto__');

/** Any object that the SDK can write and read: no deeper than its codec bears, and without the name it loses. */
export const anyObject: fc.Arbitrary<JsonObject> = fc
  .dictionary(anyText, fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }) as fc.Arbitrary<Json>, {
    noNullPrototype: true,
    maxKeys: 5,
  })
  .filter((object) => !JSON.stringify(object).includes('"__proto__"'));

/** A Struct of objects inside one another, which neither codec would write when it is this deep. */
export function nestedStruct(levels: number): Buffer {
  const writer = new WireWriter();
  for (let level = 1; level < levels; level++) {
    writer.message(structValue, 0);
    writer.message(entry.value, 0);
    writer.text(entry.key, 'deeper');
    writer.message(1, 0);
  }
  return writer.finish();
}

/** The number of `struct_value` in google.protobuf.Value. */
const structValue = 5;

/** A request whose composite resource has these fields, which are a Struct. */
export function requestOf(composite: Buffer): Buffer {
  const writer = new WireWriter();
  writer.bytes(resource.resource, composite);
  writer.message(state.composite, 0);
  writer.message(request.observed, 0);
  return writer.finish();
}
