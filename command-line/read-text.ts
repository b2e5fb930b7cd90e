import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** The standard input, as the name of a file. */
export const STDIN = '-';

/** Larger than any object that a cluster can store. */
const largest = 16 * 2 ** 20;

/** What is there, and no text that we take: other bytes than UTF-8, or too many of them. */
export class NotText extends Error {
  /** What the bytes most likely say all the same. */
  readonly guess: string;

  constructor(reason: string, guess: string, options?: ErrorOptions) {
    super(reason, options);
    this.guess = guess;
  }
}

/** Whoever names the standard input twice means one text. */
let standardInput: Promise<string> | undefined;

/**
 * The text of a file, a pipe or the standard input, in UTF-8 and without a byte order mark. Throws NotText for other bytes, and
 * for what cannot be read, is no file or never ends, an error that `reasonOf` has the sentence of.
 */
export async function readText(path: string): Promise<string> {
  if (path === STDIN) return (standardInput ??= textIn(process.stdin));
  const found = await stat(path);
  if (found.isDirectory()) throw new Error('it is a folder');
  if (!found.isFile() && !found.isFIFO()) throw new Error('it is neither a file nor a pipe');
  if (found.size > largest) throw tooLarge();
  return textIn(createReadStream(path));
}

async function textIn(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > largest) throw tooLarge();
    chunks.push(bytes);
  }
  return decodedText(Buffer.concat(chunks));
}

function tooLarge(): Error {
  return new NotText(`it is larger than ${largest / 2 ** 20} MiB`, '');
}

/** Bytes as Kubernetes takes them for text. Throws NotText. */
export function decodedText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    // What a shell of Windows writes by default.
    const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
    const guess = new TextDecoder(wide ? 'utf-16le' : 'latin1').decode(bytes);
    const reason = `it is not text in UTF-8${wide ? ', but in UTF-16' : ''}`;
    throw new NotText(reason, guess, { cause: error });
  }
}
