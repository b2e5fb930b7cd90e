/**
 * Reads the protobuf wire format: https://protobuf.dev/programming-guides/encoding/
 * Our own, because a general reader takes twice the time, and decoding is most of what a call costs.
 */

/** Bytes that are not the message they should be: the caller's mistake. Says where, never what was there. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** How a field's value is laid out: the low three bits of its tag. */
export const wireType = { varint: 0, eightBytes: 1, lengthDelimited: 2, fourBytes: 5 } as const;

/** Within `pos` and `end` lies the message that is being read; nothing outside of them is touched. */
export class WireReader {
  readonly #buffer: Buffer;
  #pos = 0;
  #end: number;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.byteLength;
  }

  /** Whether the message has another field. */
  more(): boolean {
    return this.#pos < this.#end;
  }

  /** The number of the next field, shifted by three, and its wire type. */
  tag(): number {
    const tag = this.#varint();
    if (tag < 8) throw new Malformed('a field has the number 0');
    return tag;
  }

  /** Narrows the reader to the message that comes next. Answers what `leave` must be given after its last field. */
  enter(): number {
    const outer = this.#end;
    const length = this.#varint();
    this.#end = this.#pos + length;
    if (this.#end > outer) throw new Malformed('a field ends beyond the message that it is part of');
    return outer;
  }

  leave(outer: number): void {
    this.#end = outer;
  }

  bytes(): Uint8Array {
    const start = this.#jump(this.#varint());
    return this.#buffer.subarray(start, this.#pos);
  }

  /** A string, which is UTF-8. */
  text(): string {
    return this.#utf8(this.#jump(this.#varint()));
  }

  /** A string that has likely been read before, such as the name of a field. */
  name(): string {
    const length = this.#varint();
    const start = this.#jump(length);
    if (length > longestName) return this.#utf8(start);
    let hash = length;
    for (let i = start; i < this.#pos; i++) hash = (Math.imul(hash, 31) + (this.#buffer[i] ?? 0)) | 0;
    const slot = hash & (names.length - 1);
    const known = names[slot];
    if (known?.length === length && this.#holds(known, start)) return known;
    const name = this.#utf8(start);
    // Of ASCII alone are there as many characters as bytes, so that they can be compared.
    if (name.length === length) names[slot] = name;
    return name;
  }

  bool(): boolean {
    return this.#varint() !== 0;
  }

  double(): number {
    return this.#buffer.readDoubleLE(this.#jump(8));
  }

  /** Passes over the field of this tag. Groups were given up before this protocol was made. */
  skip(tag: number): void {
    switch (tag & 7) {
      case wireType.varint:
        this.#varint();
        return;
      case wireType.eightBytes:
        this.#jump(8);
        return;
      case wireType.lengthDelimited:
        this.#jump(this.#varint());
        return;
      case wireType.fourBytes:
        this.#jump(4);
        return;
      default:
        throw new Malformed(`a field has the unknown wire type ${tag & 7}`);
    }
  }

  #varint(): number {
    const byte = this.#buffer[this.#pos] ?? 0;
    if (byte > 0x7f) return this.#longVarint();
    this.#jump(1);
    return byte;
  }

  /** Beyond 53 bits the result is not exact, which is enough to find that it is no sensible tag or length. */
  #longVarint(): number {
    let result = 0;
    for (let scale = 1; scale <= lastScale; scale *= 128) {
      const byte = this.#buffer[this.#jump(1)] ?? 0;
      result += (byte & 0x7f) * scale;
      if (byte < 0x80) return result;
    }
    throw new Malformed('a number is longer than ten bytes');
  }

  /** Moves over that many bytes and answers where they start. */
  #jump(length: number): number {
    const start = this.#pos;
    this.#pos += length;
    if (this.#pos > this.#end) throw new Malformed('it ends in the middle of a field');
    return start;
  }

  #utf8(start: number): string {
    const text = this.#buffer.toString('utf8', start, this.#pos);
    // Bytes that are not UTF-8 become this character, which may also be there in its own right.
    if (!text.includes('\uFFFD')) return text;
    try {
      return decoder.decode(this.#buffer.subarray(start, this.#pos));
    } catch (cause) {
      throw new Malformed('a text is not UTF-8', { cause });
    }
  }

  #holds(text: string, start: number): boolean {
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== this.#buffer[start + i]) return false;
    return true;
  }
}

/** The names seen last, by a hash of their bytes: nearly all of them are the fields of Kubernetes objects. */
const names: string[] = Array.from({ length: 1024 }, () => '');
const longestName = 32;
/** Of the tenth byte of a number of 64 bits. */
const lastScale = 128 ** 9;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
