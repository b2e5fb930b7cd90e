import { isJsonObject, parseJson } from '../../../json.ts';
import type { Json, JsonObject } from '../../../json.ts';

/** A tool call as its pieces have built it up. */
interface Call {
  readonly index: number | undefined;
  id: string;
  name: string;
  args: string;
}

/**
 * Puts the tool calls of a streamed answer together. Servers differ in what they leave out: the index (each piece is then whole,
 * or belongs to the call before it), the id (then it gets one of ours), the difference between indexes (a new id is a new call).
 * An id that the conversation has already gets replaced, as the answer of the tool is found by it.
 */
export class ToolCallPieces {
  readonly #calls: Call[] = [];
  readonly #used: Set<string>;
  readonly #newId: () => string;

  constructor(used: Iterable<string>, newId: () => string) {
    this.#used = new Set(used);
    this.#newId = newId;
  }

  /** Takes `delta.tool_calls` of a chunk. */
  add(pieces: Json | undefined): void {
    for (const piece of Array.isArray(pieces) ? pieces : []) if (isJsonObject(piece)) this.#addPiece(piece);
  }

  /** The calls so far, whole, numbered in the order in which they began. */
  calls(): readonly JsonObject[] {
    const ids = new Set<string>();
    return this.#calls.map(({ id, name, args }, index) => {
      const isFree = id !== '' && !this.#used.has(id) && !ids.has(id);
      const own = isFree ? id : this.#newId();
      ids.add(own);
      return { index, id: own, type: 'function', function: { name, arguments: args === '' ? '{}' : args } };
    });
  }

  #addPiece(piece: JsonObject): void {
    const described = isJsonObject(piece['function']) ? piece['function'] : piece;
    const id = textOf(piece['id']);
    const name = textOf(described['name']);
    const args = argsOf(described['arguments']);
    const index = numberOf(piece['index']);
    const call = this.#openCall(index, id, name);
    if (call === undefined) return void this.#calls.push({ index, id, name, args });
    call.id ||= id;
    // Most send the name once, some with each piece, and some in pieces of its own.
    if (call.args === '' && name !== call.name) call.name += name;
    call.args += args;
  }

  /** The call that a piece goes on with; undefined when it begins another. */
  #openCall(index: number | undefined, id: string, name: string): Call | undefined {
    const call =
      index === undefined ? this.#calls.at(-1) : this.#calls.findLast((one) => one.index === index);
    if (call === undefined) return undefined;
    if (id !== '' && call.id !== '' && id !== call.id) return undefined;
    const isSecond = index === undefined && id === '' && name !== '' && parseJson(call.args) !== undefined;
    return isSecond ? undefined : call;
  }
}

/** Some servers count in texts. */
function numberOf(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Some servers send the arguments as an object. */
function argsOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
