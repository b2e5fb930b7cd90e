import * as sdk from '@crossplane-org/function-sdk-typescript';
import { describe, expect, test } from 'vitest';
import * as wire from '../../../functions/wire/sdk.ts';

/** As much as this test needs of a message's codec in the SDK, which is generated from the protocol's .proto. */
interface Codec {
  encode(message: object): { finish(): Uint8Array };
  fromPartial(partial: object): object;
}

/** Our tables of field numbers, and the SDK's codec of the same message. */
const messages: readonly (readonly [
  name: string,
  numbers: Readonly<Record<string, number>>,
  codec: Codec,
])[] = [
  ['RunFunctionRequest', wire.request, sdk.RunFunctionRequest],
  ['RunFunctionResponse', wire.response, sdk.RunFunctionResponse],
  ['State', wire.state, sdk.State],
  ['Resource', wire.resource, sdk.Resource],
  ['Resources', wire.resources, sdk.Resources],
  ['Schema', wire.schema, sdk.Schema],
  ['Requirements', wire.requirements, sdk.Requirements],
  ['ResourceSelector', wire.selector, sdk.ResourceSelector],
  ['SchemaSelector', wire.schemaSelector, sdk.SchemaSelector],
  ['Result', wire.result, sdk.Result],
  ['Condition', wire.condition, sdk.Condition],
];

/** One of these is a value of every field there is: text, a number, a message, a list, maps. */
const samples: readonly unknown[] = [
  'x',
  1,
  {},
  [{}],
  [1],
  { x: {} },
  { x: 'x' },
  { x: new Uint8Array([1]) },
];

/** The number that the SDK writes a field with: that of the first tag. */
function numberOf(codec: Codec, field: string): number | undefined {
  for (const sample of samples) {
    try {
      const bytes = codec.encode(codec.fromPartial({ [field]: sample })).finish();
      const [tag] = bytes;
      if (tag !== undefined) return tag >>> 3;
    } catch {
      // The field is of another type.
    }
  }
  return undefined;
}

describe('the numbers of our codec are those of the protocol, as the pinned SDK has it', () => {
  test.each(messages)('%s', (_, numbers, codec) => {
    const theirs = Object.keys(numbers).map((field) => [field, numberOf(codec, field)]);
    expect(Object.fromEntries(theirs)).toEqual(numbers);
  });

  test.each([
    ['Ready', wire.ready, sdk.Ready],
    ['Severity', wire.severity, sdk.Severity],
    ['Status', wire.status, sdk.Status],
    ['Target', wire.target, sdk.Target],
    ['Capability', wire.capability, sdk.Capability],
  ] as const)('%s', (_, numbers, theirs) => {
    expect(theirs).toMatchObject(numbers);
  });
});
