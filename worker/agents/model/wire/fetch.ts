import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch as undiciFetch } from 'undici';
import type { Response as UndiciResponse } from 'undici';
import { Failure } from '../../../jobs/rules/failures.ts';
import { isJsonObject, parseJson } from '../../../json.ts';
import type { JsonObject } from '../../../json.ts';
import { traceHeaders } from '../../current-span.ts';
import type { Protocol, ServerEvent } from './protocol.ts';
import { noAnswer } from './error-answer.ts';
import { serverEvents, writeEvent } from './sse.ts';
import { Watch } from './watch.ts';
import type { CallTimes } from './watch.ts';

/** How a model server is called. */
export interface CallRules {
  readonly protocol: Protocol;
  /** Of each request, beside those of its client; by name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly times: CallTimes;
  /** What must never be quoted, such as the key. */
  readonly secrets: readonly string[];
}

/** Longest answer of a model, in bytes of its stream. */
const ANSWER_LIMIT = 64 * 1024 * 1024;

/** Longest body of an error that is read, in bytes. */
const REFUSAL_LIMIT = 64 * 1024;

/** Wait before the one repetition of a call that got no answer, in milliseconds. */
const AGAIN_MS = 250;

/** Time-outs are counted here, per call; sockets have none of their own. */
const sockets = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

/**
 * The `fetch` of a model client. Requests leave it as every server of the protocol takes them; answers come out of it whole,
 * as events that the client understands, or as a Failure. A call that got no answer is made once more, a busy server's
 * `Retry-After` excepted: that is for the job to wait for.
 */
export function modelFetch(rules: CallRules): typeof fetch {
  const call = async (url: string, init: RequestInit): Promise<Response> => {
    const body = parseJson(typeof init.body === 'string' ? init.body : '');
    if (!isJsonObject(body)) throw new Error('a model client sends its requests as JSON');
    const sent = rules.protocol.request(body);
    const watch = new Watch(rules.times, init.signal ?? undefined);
    const headers = { ...Object.fromEntries(new Headers(init.headers)), ...rules.headers, ...traceHeaders() };
    const request = { ...init, headers, signal: watch.signal, dispatcher: sockets };
    try {
      const response = await ask(url, { ...request, body: JSON.stringify(sent) }, watch);
      if (response.ok) return answered(response, sent, rules, watch);
      const words = await errorAnswerOf(response, watch);
      const less = rules.protocol.withoutRefused?.(sent, words);
      if (less === undefined) return refused(response, words, watch);
      const second = await ask(url, { ...request, body: JSON.stringify(less) }, watch);
      if (second.ok) return answered(second, less, rules, watch);
      return refused(second, await errorAnswerOf(second, watch), watch);
    } catch (error) {
      watch.end();
      throw watch.reasonOf(error);
    }
  };
  // The clients of OpenAI and Anthropic pass an address and no more than JSON.
  return (async (url: string | URL, init: RequestInit = {}) => call(String(url), init)) as typeof fetch;
}

async function ask(url: string, request: object, watch: Watch): Promise<UndiciResponse> {
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
async function errorAnswerOf(response: UndiciResponse, watch: Watch): Promise<string> {
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
function refused({ status, headers }: UndiciResponse, words: string, watch: Watch): Response {
  watch.end();
  return new Response(words, { status, headers: Object.fromEntries(headers) });
}

function answered(response: UndiciResponse, sent: JsonObject, rules: CallRules, watch: Watch): Response {
  const events = sent['stream'] === true ? streamed(response, sent, rules, watch) : whole(response, watch);
  const body = ReadableStream.from(guarded(events, watch));
  const type = sent['stream'] === true ? 'text/event-stream' : 'application/json';
  return new Response(body, { status: response.status, headers: { 'content-type': type } });
}

async function* guarded(parts: AsyncIterable<string>, watch: Watch): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  try {
    for await (const part of parts) yield encoder.encode(part);
  } catch (error) {
    throw watch.reasonOf(error);
  } finally {
    watch.end();
  }
}

/** A stream of events, or whatever came in its place. */
async function* streamed(
  response: UndiciResponse,
  sent: JsonObject,
  { protocol, secrets }: CallRules,
  watch: Watch,
): AsyncGenerator<string> {
  const reader = protocol.answer(sent, () => randomUUID());
  const handOn = (events: readonly ServerEvent[]): string =>
    events.map((event) => writeEvent(event, secrets)).join('');
  const texts = textOf(response, watch);
  const first = await firstText(texts);
  if (/^[{[<]/.test(first)) {
    const all = await rest(first, texts);
    const answer = parseJson(all);
    if (!isJsonObject(answer)) throw noAnswer(all);
    yield handOn(reader.readWhole(answer));
  } else {
    for await (const event of serverEvents(first, texts)) yield handOn(reader.read(event));
  }
  yield handOn(reader.end());
}

async function* whole(response: UndiciResponse, watch: Watch): AsyncGenerator<string> {
  const texts = textOf(response, watch);
  const all = await rest('', texts);
  if (!isJsonObject(parseJson(all))) throw noAnswer(all);
  yield all;
}

/** The text of a body as it comes, counted. */
async function* textOf(response: UndiciResponse, watch: Watch): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of chunksOf(response)) {
    watch.heard();
    bytes += chunk.length;
    if (bytes > ANSWER_LIMIT) {
      throw new Failure('PAYLOAD_TOO_LARGE', `the answer of the model has more than ${ANSWER_LIMIT} bytes`);
    }
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

/** The beginning of a body, from its first character that is not blank. */
async function firstText(texts: AsyncGenerator<string>): Promise<string> {
  for (let next = await texts.next(); next.done !== true; next = await texts.next()) {
    const text = next.value.trimStart();
    if (text !== '') return text;
  }
  return '';
}

async function rest(first: string, texts: AsyncGenerator<string>): Promise<string> {
  const parts = [first];
  for await (const text of texts) parts.push(text);
  return parts.join('');
}

/** Undici types the pieces of a body as any. */
function chunksOf({ body }: UndiciResponse): AsyncIterable<Uint8Array> | readonly Uint8Array[] {
  return body ?? [];
}
