import type { IncomingMessage } from 'node:http';
import { asFailure } from '../jobs/rules/failures.ts';
import type { JsonObject } from '../json.ts';

/** What a handler has to say; the server writes it. */
export interface Answer {
  readonly status: number;
  /** A text goes out as it is. */
  readonly body: JsonObject | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that is no success, which a handler throws from wherever it finds out. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly answer: Answer;

  constructor(status: number, message: string, more: JsonObject = {}, headers: Record<string, string> = {}) {
    super(message);
    this.answer = { status, body: { error: message, ...more }, headers };
  }
}

/** Not now: the client may send the same again a little later. */
export function unavailable(message: string): HttpError {
  return new HttpError(503, message, {}, { 'Retry-After': '5' });
}

/** Why a store has no answer: 503 when it is away, 422 when it will never have one. */
export function storeError(what: string, error: unknown): HttpError {
  const { code, message } = asFailure(error);
  return code === 'STORE_REFUSED' ? new HttpError(422, message) : unavailable(`cannot ${what} now`);
}

export function answerResponse({ status, body, headers = {} }: Answer): Response {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  if (status === 204 || status === 304) return new Response(null, { status, headers });
  return new Response(text, {
    status,
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(text)),
      'Cache-Control': 'no-store',
      ...headers,
    },
  });
}

/** The whole body, or 413 as soon as it is known to be too large. */
export async function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  const tooLarge = new HttpError(413, `expected at most ${most} bytes`, {}, { Connection: 'close' });
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    // No encoding is set on the request, so its chunks are buffers.
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > most) throw tooLarge;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Header names are lower case; of one that came twice, the first counts. */
export function plainHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headersDistinct).flatMap(([name, values]) =>
      values?.[0] === undefined ? [] : [[name, values[0]]],
    ),
  );
}
