import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch as undiciFetch } from 'undici';
import type { Response as UndiciResponse } from 'undici';
import { Failure } from '../../../jobs/rules/failures.ts';
import { traceHeaders } from '../../current-span.ts';
import type { CallTimes, Watch } from './watch.ts';

/** How a model server is called, whatever it speaks. */
export interface CallRules {
  /** Of each request, beside those of its client; by name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly times: CallTimes;
}

/** Longest answer of a model, in bytes of its stream. */
const ANSWER_LIMIT = 64 * 1024 * 1024;

/** Longest body of an error that is read, in bytes. */
const REFUSAL_LIMIT = 64 * 1024;

/** Wait before the one repetition of a call that got no answer, in milliseconds. */
const AGAIN_MS = 250;

/** Time-outs are counted here, per call; sockets have none of their own. */
const sockets = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

/** A request of a client, as it leaves for the server. */
export function requestOf(init: RequestInit, rules: CallRules, watch: Watch) {
  const headers = { ...Object.fromEntries(new Headers(init.headers)), ...rules.headers, ...traceHeaders() };
  return { ...init, headers, signal: watch.signal, dispatcher: sockets };
}

/** The answer of a server, asked once more where there was none, a busy server's `Retry-After` excepted. */
export async function ask(url: string, request: object, watch: Watch): Promise<UndiciResponse> {
  try {
    const response = await post(url, request);
    if (response.status < 500 || response.headers.has('retry-after')) return response;
    await response.body?.cancel();
  } catch (error) {
    if (watch.signal.aborted) throw error;
  }
  await sleep(AGAIN_MS, undefined, { signal: watch.signal });
  return post(url, request);
}

/** Follows a server within itself, and nowhere else: keys are in headers of any name, which fetch would carry along. */
async function post(url: string, request: object): Promise<UndiciResponse> {
  const response = await undiciFetch(url, { ...request, redirect: 'manual' });
  const place = response.headers.get('location');
  if (place === null || (response.status !== 307 && response.status !== 308)) return response;
  const [from, to] = [new URL(url), new URL(place, url)];
  const isSame = to.origin === from.origin || (to.protocol === 'https:' && to.hostname === from.hostname);
  if (!isSame) return response;
  await response.body?.cancel();
  return undiciFetch(to, { ...request, redirect: 'manual' });
}

/** What a server says in refusing a call. */
export async function errorAnswerOf(response: UndiciResponse, watch: Watch): Promise<string> {
  const words: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(response)) {
    watch.heard();
    bytes += chunk.length;
    if (bytes > REFUSAL_LIMIT) break;
    words.push(chunk);
  }
  return Buffer.concat(words).toString();
}

/** An answer with an error, for the client to throw. */
export function refused({ status, headers }: UndiciResponse, words: string, watch: Watch): Response {
  watch.end();
  return new Response(words, { status, headers: Object.fromEntries(headers) });
}

/** The pieces of an answer as they come, each of them heard by the watch and all of them bounded. */
export async function* countedChunks(response: UndiciResponse, watch: Watch): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunksOf(response)) {
    watch.heard();
    bytes += chunk.length;
    if (bytes > ANSWER_LIMIT) {
      throw new Failure('PAYLOAD_TOO_LARGE', `the answer of the model has more than ${ANSWER_LIMIT} bytes`);
    }
    yield chunk;
  }
}

/** Undici types the pieces of a body as any. */
function chunksOf({ body }: UndiciResponse): AsyncIterable<Uint8Array> | readonly Uint8Array[] {
  return body ?? [];
}
