import type { Json, JsonObject } from '../composition/contract.ts';
import { Malformed, WireReader, wireType } from './reader.ts';
import type { WireWriter } from './writer.ts';

// Between plain JSON and the bytes of a google.protobuf.Struct, with no message objects between them.
// https://protobuf.dev/reference/protobuf/google.protobuf/#struct

/** Objects and lists inside one another, the outermost included. No Kubernetes object comes near it. */
export const maxDepth = 512;

const field = {
  struct: { fields: 1 },
  entry: { key: 1, value: 2 },
  value: { null: 1, number: 2, string: 3, bool: 4, struct: 5, list: 6 },
  list: { values: 1 },
} as const;

const tag = {
  fields: (field.struct.fields << 3) | wireType.lengthDelimited,
  key: (field.entry.key << 3) | wireType.lengthDelimited,
  value: (field.entry.value << 3) | wireType.lengthDelimited,
  null: (field.value.null << 3) | wireType.varint,
  number: (field.value.number << 3) | wireType.eightBytes,
  string: (field.value.string << 3) | wireType.lengthDelimited,
  bool: (field.value.bool << 3) | wireType.varint,
  struct: (field.value.struct << 3) | wireType.lengthDelimited,
  list: (field.value.list << 3) | wireType.lengthDelimited,
  values: (field.list.values << 3) | wireType.lengthDelimited,
} as const;

/** @throws Malformed when the bytes are not a Struct that JSON can say. */
export function decodeStruct(bytes: Uint8Array): JsonObject {
  return readStruct(new WireReader(bytes), 1);
}

function readStruct(reader: WireReader, depth: number): JsonObject {
  if (depth > maxDepth) throw new Malformed(tooDeep);
  const struct: JsonObject = {};
  while (reader.more()) {
    const next = reader.tag();
    if (next === tag.fields) readEntry(reader, depth, struct);
    else reader.skip(next);
  }
  return struct;
}

function readEntry(reader: WireReader, depth: number, struct: JsonObject): void {
  const outer = reader.enter();
  let key = '';
  let value: Json = null;
  while (reader.more()) {
    const next = reader.tag();
    if (next === tag.key) key = reader.name();
    else if (next === tag.value) value = readValue(reader, depth);
    else reader.skip(next);
  }
  reader.leave(outer);
  if (key !== '__proto__') {
    struct[key] = value;
    return;
  }
  // Assigning to this one name would set the prototype instead of a member.
  Object.defineProperty(struct, key, { value, enumerable: true, configurable: true, writable: true });
}

/** A Value with nothing in it counts as null. */
function readValue(reader: WireReader, depth: number): Json {
  const outer = reader.enter();
  let value: Json = null;
  while (reader.more()) value = readAlternative(reader, depth, value);
  reader.leave(outer);
  return value;
}

function readAlternative(reader: WireReader, depth: number, before: Json): Json {
  const next = reader.tag();
  switch (next) {
    case tag.string:
      return reader.text();
    case tag.struct: {
      const outer = reader.enter();
      const struct = readStruct(reader, depth + 1);
      reader.leave(outer);
      return struct;
    }
    case tag.list:
      return readList(reader, depth + 1);
    case tag.bool:
      return reader.bool();
    case tag.number:
      return readNumber(reader);
    case tag.null:
      reader.skip(next);
      return null;
    default:
      reader.skip(next);
      return before;
  }
}

function readList(reader: WireReader, depth: number): Json[] {
  if (depth > maxDepth) throw new Malformed(tooDeep);
  const outer = reader.enter();
  const list: Json[] = [];
  while (reader.more()) {
    const next = reader.tag();
    if (next === tag.values) list.push(readValue(reader, depth));
    else reader.skip(next);
  }
  reader.leave(outer);
  return list;
}

function readNumber(reader: WireReader): number {
  const number = reader.double();
  if (!Number.isFinite(number)) throw new Malformed('a number is not finite');
  return number;
}

/** A value that JSON cannot say, in what we were about to send: our mistake. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
  readonly #path: string;
  readonly #why: string;

  constructor(why: string, path = '') {
    super(path === '' ? why : `${path}: ${why}`);
    this.#path = path;
    this.#why = why;
  }

  /** The same error as its container sees it. */
  within(key: string | number): NotJson {
    const step = typeof key === 'number' ? `[${key}]` : key;
    const dot = this.#path === '' || this.#path.startsWith('[') ? '' : '.';
    return new NotJson(this.#why, `${step}${dot}${this.#path}`);
  }
}

/**
 * Writes the fields of a Struct. Members that are undefined are left out, as `JSON.stringify` does;
 * everything else that is not JSON is refused, which it does not.
 * @throws NotJson with the path of the value
 */
export function writeStruct(writer: WireWriter, struct: object, depth = 1): void {
  if (depth > maxDepth) throw new NotJson(tooDeep);
  const prototype: unknown = Object.getPrototypeOf(struct);
  if (prototype !== Object.prototype && prototype !== null) throw new NotJson(expectedJson(struct));
  const members = struct as Readonly<Record<string, unknown>>;
  const keys = Object.keys(members);
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i] ?? '';
    const value = members[key];
    if (value === undefined) continue;
    const mark = writer.length;
    writeMember(writer, field.entry.value, value, depth, key);
    writer.text(field.entry.key, key);
    writer.message(field.struct.fields, mark);
  }
}

/** Writes a Value as that field of its container. */
function writeMember(writer: WireWriter, as: number, value: unknown, depth: number, key: string | number) {
  const mark = writer.length;
  try {
    writeValue(writer, value, depth);
  } catch (error) {
    throw error instanceof NotJson ? error.within(key) : error;
  }
  writer.message(as, mark);
}

function writeValue(writer: WireWriter, value: unknown, depth: number): void {
  if (typeof value === 'string') return writer.text(field.value.string, value);
  if (typeof value === 'number' && Number.isFinite(value)) return writer.double(field.value.number, value);
  if (typeof value === 'boolean') return writer.number(field.value.bool, value ? 1 : 0);
  if (value === null) return writer.number(field.value.null, 0);
  if (typeof value !== 'object') throw new NotJson(expectedJson(value));
  const mark = writer.length;
  const isList = Array.isArray(value);
  if (isList) writeList(writer, value, depth + 1);
  else writeStruct(writer, value, depth + 1);
  writer.message(isList ? field.value.list : field.value.struct, mark);
}

function writeList(writer: WireWriter, list: readonly unknown[], depth: number): void {
  if (depth > maxDepth) throw new NotJson(tooDeep);
  for (let i = list.length - 1; i >= 0; i--) writeMember(writer, field.list.values, list[i], depth, i);
}

const tooDeep = `nested deeper than ${maxDepth} levels`;

function expectedJson(value: unknown): string {
  if (typeof value === 'object') return `expected JSON, got an instance of ${value?.constructor.name}`;
  return `expected JSON, got ${typeof value === 'number' ? value : `a value of type ${typeof value}`}`;
}
