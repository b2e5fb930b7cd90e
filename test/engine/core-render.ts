import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';
import { fromBinary, fromJson, toBinary, toJson } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { StructSchema } from '@bufbuild/protobuf/wkt';
import type { JsonObject } from '../../functions/composition/contract.ts';

/** What core is given to do one reconcile with. */
export interface RenderInput {
  readonly claim: JsonObject;
  readonly composition: JsonObject;
  readonly definition: JsonObject;
  readonly function: { readonly name: string; readonly address: string };
  readonly observed: readonly JsonObject[];
  readonly required: readonly JsonObject[];
}

/** What core would have written, or the sentence of the function that ended it. */
export type RenderOutput =
  | {
      readonly kind: 'reconciled';
      readonly composite: JsonObject;
      readonly composed: readonly JsonObject[];
      readonly deleted: readonly JsonObject[];
      readonly events: readonly {
        readonly type: string;
        readonly reason: string;
        readonly message: string;
      }[];
    }
  | { readonly kind: 'fatal'; readonly message: string };

/** https://github.com/crossplane/crossplane/blob/v2.4.0/proto/render/v1alpha1/render.proto */
const request = { composite: 2 } as const;
const input = { claim: 1, composition: 2, functions: 3, observed: 4, required: 5, definition: 8 } as const;
const output = { composite: 1, composed: 2, deleted: 3, events: 4 } as const;

/** The exit code for a pipeline that ended in a fatal result, and what stands before the function's own words. */
const pipelineFatal = 3;
const fatalResult = 'returned a fatal result: ';

function bytesField(writer: BinaryWriter, field: number, bytes: Uint8Array): void {
  writer.uint32((field << 3) | 2).bytes(bytes);
}

function struct(object: JsonObject): Uint8Array {
  return toBinary(StructSchema, fromJson(StructSchema, object));
}

function encode({
  claim,
  composition,
  definition,
  function: { name, address },
  observed,
  required,
}: RenderInput): Uint8Array {
  const composite = new BinaryWriter();
  bytesField(composite, input.claim, struct(claim));
  bytesField(composite, input.composition, struct(composition));
  const target = new BinaryWriter().uint32(10).string(name).uint32(18).string(address);
  bytesField(composite, input.functions, target.finish());
  for (const object of observed) bytesField(composite, input.observed, struct(object));
  for (const object of required) bytesField(composite, input.required, struct(object));
  bytesField(composite, input.definition, struct(definition));
  const whole = new BinaryWriter();
  bytesField(whole, request.composite, composite.finish());
  return whole.finish();
}

/** The values of every field of a message that has only fields of bytes. */
function fields(bytes: Uint8Array): Map<number, Uint8Array[]> {
  const found = new Map<number, Uint8Array[]>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field] = reader.tag();
    found.set(field, [...(found.get(field) ?? []), reader.bytes()]);
  }
  return found;
}

function decode(bytes: Uint8Array): RenderOutput {
  const composite = fields(fields(bytes).get(request.composite)?.[0] ?? new Uint8Array());
  const objects = (field: number) =>
    // A Struct is always a JSON object.
    (composite.get(field) ?? []).map(
      (one) => toJson(StructSchema, fromBinary(StructSchema, one)) as JsonObject,
    );
  const events = (composite.get(output.events) ?? []).map((event) => {
    const parts = fields(event);
    const part = (field: number) => Buffer.from(parts.get(field)?.[0] ?? []).toString();
    return { type: part(1), reason: part(2), message: part(3) };
  });
  return {
    kind: 'reconciled',
    composite: objects(output.composite)[0] ?? {},
    composed: objects(output.composed),
    deleted: objects(output.deleted),
    events,
  };
}

/**
 * One reconcile by core's own render engine, which is its reconciler over a cluster in memory.
 *
 * @param core path of the program
 * @throws what core says, when that is not the function's fatal result
 */
export async function renderByCore(core: string, given: RenderInput): Promise<RenderOutput> {
  const child = spawn(core, ['internal', 'render'], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(encode(given));
  const [stdout, stderr, [code]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  if (code === 0) return decode(stdout);
  if (code === pipelineFatal)
    return { kind: 'fatal', message: stderr.split(fatalResult).slice(1).join(fatalResult).trim() };
  throw new Error(`cannot render: ${stderr.trim()}`);
}
