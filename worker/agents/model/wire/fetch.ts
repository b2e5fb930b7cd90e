import { randomUUID } from 'node:crypto';
import type { Response as UndiciResponse } from 'undici';
import { isJsonObject, parseJson } from '../../../json.ts';
import type { JsonObject } from '../../../json.ts';
import { ask, countedChunks, errorAnswerOf, refused, requestOf } from './ask.ts';
import type { CallRules } from './ask.ts';
import type { Protocol, ServerEvent } from './protocol.ts';
import { noAnswer } from './error-answer.ts';
import { serverEvents, writeEvent } from './sse.ts';
import { Watch } from './watch.ts';

/** How a server is called that sends its answers as JSON and as events. */
export interface FetchRules extends CallRules {
  readonly protocol: Protocol;
  /** What must never be quoted, such as the key. */
  readonly secrets: readonly string[];
}

/**
 * The `fetch` of a model client. Requests leave it as every server of the protocol takes them; answers come out of it whole,
 * as events that the client understands, or as a Failure. A call that got no answer is made once more, a busy server's
 * `Retry-After` excepted: that is for the job to wait for.
 */
export function modelFetch(rules: FetchRules): typeof fetch {
  const call = async (url: string, init: RequestInit): Promise<Response> => {
    const body = parseJson(typeof init.body === 'string' ? init.body : '');
    if (!isJsonObject(body)) throw new Error('a model client sends its requests as JSON');
    const sent = rules.protocol.request(body);
    const watch = new Watch(rules.times, init.signal ?? undefined);
    const request = requestOf(init, rules, watch);
    try {
      const response = await ask(url, { ...request, body: JSON.stringify(sent) }, watch);
      if (response.ok) return answered(response, url, sent, rules, watch);
      const words = await errorAnswerOf(response, watch);
      const less = rules.protocol.withoutRefused?.(sent, words);
      if (less === undefined) return refused(response, words, watch);
      const second = await ask(url, { ...request, body: JSON.stringify(less) }, watch);
      if (second.ok) return answered(second, url, less, rules, watch);
      return refused(second, await errorAnswerOf(second, watch), watch);
    } catch (error) {
      watch.end();
      throw watch.reasonOf(error);
    }
  };
  // The clients of OpenAI and Anthropic pass an address and no more than JSON.
  return (async (url: string | URL, init: RequestInit = {}) => call(String(url), init)) as typeof fetch;
}

function answered(
  response: UndiciResponse,
  url: string,
  sent: JsonObject,
  rules: FetchRules,
  watch: Watch,
): Response {
  const isStream = rules.protocol.streams?.(url) ?? sent['stream'] === true;
  const events = isStream ? streamed(response, sent, rules, watch) : whole(response, watch);
  const body = ReadableStream.from(guarded(events, watch));
  const type = isStream ? 'text/event-stream' : 'application/json';
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
  { protocol, secrets }: FetchRules,
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
  for await (const chunk of countedChunks(response, watch)) yield decoder.decode(chunk, { stream: true });
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
