import type { Lookup, Observed, Request } from '../composition/contract.ts';

import { harmlessName } from './harmless-name.ts';
import * as wire from './sdk.ts';
import { decodeStruct } from './struct.ts';
import { Malformed, WireReader, wireType } from './reader.ts';

/** A RunFunctionRequest: what is read of it, and what goes back as it came. */
export interface Received extends Request {
  readonly tag: string;
  /** What earlier steps of the pipeline want: the bytes of a State. */
  readonly desired: Uint8Array;
  /** What earlier steps tell later ones: the bytes of a Struct, or undefined when there are none. */
  readonly context: Uint8Array | undefined;
}

/**
 * Finds the parts of a RunFunctionRequest and decodes the composite resource. Every other resource stays
 * bytes until it is asked for: a request carries far more than any kind reads.
 * @throws Malformed, also later, when a resource that is asked for cannot be read
 */
export function decodeRequest(bytes: Uint8Array): Received {
  const parts = reading('the request', () => findParts(bytes));
  const { composite, observed, required, schemas } = parts;
  return {
    tag: parts.tag,
    desired: parts.desired,
    context: parts.context,
    composite: composite && reading('observed.composite', () => decodeResource(composite)),
    observed: oncePerKey((key) => {
      const found = observed.get(key);
      return found && reading(`observed.resources[${harmlessName(key)}]`, () => decodeResource(found));
    }),
    composedBefore: observed.size > 0,
    required: oncePerKey((key) => {
      const found = required.get(key);
      return found && reading(`required_resources[${harmlessName(key)}]`, () => decodeFirst(found));
    }),
    knowsSchemas: parts.knowsSchemas,
    served: oncePerKey((key) => {
      const found = schemas.get(key);
      return found && reading(`required_schemas[${harmlessName(key)}]`, () => hasSchema(found));
    }),
  };
}

/** Calls back with the number and the bytes of each text or message in a message. Other fields are passed over. */
export function eachField(bytes: Uint8Array, visit: (field: number, bytes: Uint8Array) => void): void {
  const reader = new WireReader(bytes);
  while (reader.more()) {
    const tag = reader.tag();
    if ((tag & 7) === wireType.lengthDelimited) visit(tag >>> 3, reader.bytes());
    else reader.skip(tag);
  }
}

/** Key and value of one entry of a map of messages. */
export function decodeEntry(bytes: Uint8Array): readonly [key: string, value: Uint8Array] {
  const reader = new WireReader(bytes);
  let key = '';
  let value = nothing;
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === entryKey) key = reader.name();
    else if (tag === entryValue) value = reader.bytes();
    else reader.skip(tag);
  }
  return [key, value];
}

/** The object in a Resource; an empty one when there is none. */
export function decodeResource(bytes: Uint8Array): Observed {
  let struct = nothing;
  eachField(bytes, (field, content) => {
    if (field === wire.resource.resource) struct = merged(struct, content);
  });
  return decodeStruct(struct);
}

/**
 * A message that comes in two pieces is one message, and so are its bytes in a row: the later wins field by field.
 * https://protobuf.dev/programming-guides/encoding/#last-one-wins
 */
export function merged(earlier: Uint8Array | null | undefined, later: Uint8Array): Uint8Array {
  return earlier === null || earlier === undefined || earlier.length === 0
    ? later
    : Buffer.concat([earlier, later]);
}

const entryKey = (wire.entry.key << 3) | wireType.lengthDelimited;
const entryValue = (wire.entry.value << 3) | wireType.lengthDelimited;
const metaTag = (wire.requestMeta.tag << 3) | wireType.lengthDelimited;
const capabilities = (wire.requestMeta.capabilities << 3) | wireType.lengthDelimited;
const nothing: Uint8Array = new Uint8Array();

interface Parts {
  tag: string;
  desired: Uint8Array;
  context: Uint8Array | undefined;
  composite: Uint8Array | null;
  readonly observed: Map<string, Uint8Array>;
  readonly required: Map<string, Uint8Array>;
  readonly schemas: Map<string, Uint8Array>;
  knowsSchemas: boolean;
}

function findParts(bytes: Uint8Array): Parts {
  const parts: Parts = {
    tag: '',
    desired: nothing,
    context: undefined,
    composite: null,
    observed: new Map(),
    required: new Map(),
    schemas: new Map(),
    knowsSchemas: false,
  };
  eachField(bytes, (field, content) => {
    switch (field) {
      case wire.request.meta:
        findMeta(content, parts);
        return;
      case wire.request.observed:
        findObserved(content, parts);
        return;
      case wire.request.desired:
        parts.desired = merged(parts.desired, content);
        return;
      case wire.request.context:
        parts.context = merged(parts.context, content);
        return;
      case wire.request.requiredResources:
        parts.required.set(...decodeEntry(content));
        return;
      case wire.request.requiredSchemas:
        parts.schemas.set(...decodeEntry(content));
    }
  });
  return parts;
}

function findObserved(state: Uint8Array, parts: Parts): void {
  eachField(state, (field, content) => {
    if (field === wire.state.composite) parts.composite = merged(parts.composite, content);
    if (field === wire.state.resources) parts.observed.set(...decodeEntry(content));
  });
}

function findMeta(meta: Uint8Array, parts: Parts): void {
  const reader = new WireReader(meta);
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === metaTag) parts.tag = reader.text();
    else if (tag === capabilities) parts.knowsSchemas ||= namesSchemas(reader.bytes());
    else reader.skip(tag);
  }
}

/** Numbers of an enum in a row, as protobuf packs them. */
function namesSchemas(packed: Uint8Array): boolean {
  return packed.includes(wire.capability.CAPABILITY_REQUIRED_SCHEMAS);
}

/** Whether there is a schema, which is not read: Crossplane answers with an empty message where there is none. */
function hasSchema(bytes: Uint8Array): boolean {
  let found = false;
  eachField(bytes, (field, content) => {
    if (field === wire.schema.openapiV3 && content.length > 0) found = true;
  });
  return found;
}

function decodeFirst(resources: Uint8Array): Lookup {
  let first: Uint8Array | undefined;
  eachField(resources, (field, content) => {
    if (field === wire.resources.items) first ??= content;
  });
  return first === undefined ? null : decodeResource(first);
}

/** Keeps each answer, because a kind may ask again. */
function oncePerKey<Answer>(look: (key: string) => Answer): (key: string) => Answer {
  const answers = new Map<string, Answer>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = look(key);
    answers.set(key, answer);
    return answer;
  };
}

/** Says which part of the request is malformed. */
function reading<Part>(part: string, read: () => Part): Part {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Malformed(`cannot read ${part}: ${error.message}`, { cause: error });
  }
}
