import type { Failure } from '../../../jobs/rules/failures.ts';
import { isJsonObject, parseJson } from '../../../json.ts';
import type { Json, JsonObject } from '../../../json.ts';
import { portableRequest, toolCallIds } from './openai-request.ts';
import type { RequestHabits } from './openai-request.ts';
import { isHeartbeat, jsonEvent } from './protocol.ts';
import type { AnswerReader, Protocol, ServerEvent } from './protocol.ts';
import { brokenOff, noAnswer, errorAnswerIn, errorAnswerOf } from './error-answer.ts';
import { MarkedThoughts } from './marked-thoughts.ts';
import { ToolCallPieces } from './tool-calls.ts';

const DONE: ServerEvent = { event: undefined, data: '[DONE]' };

/** Chat completions of OpenAI, with the habits of the many servers that speak them as well. */
export function openaiChat(given: RequestHabits): Protocol {
  let habits = given;
  return {
    request: (body) => portableRequest(body, habits),
    withoutRefused(body, words) {
      if (!('stream_options' in body) || !words.includes('stream_options')) return undefined;
      // So it is for each request to this server.
      habits = { ...habits, streamOptions: false };
      return portableRequest(body, habits);
    },
    answer: (body, newId) => new ChatReader(body, newId),
  };
}

/** A choice of a chunk, with whichever of `delta` and `message` the server sends. */
interface Choice {
  readonly delta: JsonObject;
  readonly finish: string | undefined;
  /** OpenRouter has it here. */
  readonly error: Failure | undefined;
}

class ChatReader implements AnswerReader {
  readonly #calls: ToolCallPieces;
  readonly #newId: () => string;
  #id: string | undefined;
  #model: Json = '';
  #usage: JsonObject | undefined;
  #finish: string | undefined;
  #refused = false;
  #ended = false;
  readonly #marked = new MarkedThoughts();

  constructor(body: JsonObject, newId: () => string) {
    this.#calls = new ToolCallPieces(toolCallIds(body), newId);
    this.#newId = newId;
  }

  read({ event, data }: ServerEvent): readonly ServerEvent[] {
    if (data.trim() === '[DONE]') {
      this.#ended = true;
      return [];
    }
    if (isHeartbeat({ event, data })) return [];
    const chunk = parseJson(data);
    if (!isJsonObject(chunk)) throw noAnswer(data);
    if (event === 'error') throw errorAnswerOf(chunk['error'] ?? chunk);
    return this.#chunk(chunk);
  }

  readWhole(answer: JsonObject): readonly ServerEvent[] {
    const failure = errorAnswerIn(answer);
    if (failure !== undefined) throw failure;
    if (!Array.isArray(answer['choices'])) throw noAnswer(JSON.stringify(answer));
    this.#ended = true;
    return this.#chunk(answer);
  }

  end(): readonly ServerEvent[] {
    if (!this.#ended && this.#finish === undefined) throw brokenOff();
    const events = this.#said(this.#marked.rest(), '');
    events.push(...this.#calls.calls().map((call) => this.#out({ tool_calls: [call] })));
    const finish = this.#refused ? 'refusal' : this.#finish;
    // Also where there is no reason: a client takes a stream without choices for no answer.
    events.push(this.#out({ content: '' }, finish));
    if (this.#usage !== undefined)
      events.push(jsonEvent({ ...this.#head(), choices: [], usage: this.#usage }));
    return [...events, DONE];
  }

  #chunk(chunk: JsonObject): readonly ServerEvent[] {
    const failure = errorAnswerIn(chunk);
    if (failure !== undefined) throw failure;
    this.#id ??= `${typeof chunk['id'] === 'string' ? chunk['id'] : ''}-${this.#newId()}`.replace(/^-/, '');
    this.#model = chunk['model'] ?? this.#model;
    if (isJsonObject(chunk['usage'])) this.#usage = chunk['usage'];
    const choice = choiceOf(chunk);
    if (choice === undefined) return [];
    if (choice.error !== undefined) throw choice.error;
    this.#finish = choice.finish ?? this.#finish;
    this.#calls.add(choice.delta['tool_calls']);
    const legacy = choice.delta['function_call'];
    if (isJsonObject(legacy)) this.#calls.add([{ index: 0, function: legacy }]);
    const parts = partsOf(choice.delta);
    if (parts.refusal !== '') this.#refused = true;
    const { text, thinking } = this.#marked.split(parts.text);
    return this.#said(text + parts.refusal, parts.thinking + thinking);
  }

  #said(content: string, thoughts: string): ServerEvent[] {
    if (content === '' && thoughts === '') return [];
    return [this.#out({ content, ...(thoughts !== '' && { reasoning_content: thoughts }) })];
  }

  #head(): JsonObject {
    const id = (this.#id ??= this.#newId());
    return { id, object: 'chat.completion.chunk', created: 0, model: this.#model };
  }

  #out(delta: JsonObject, finish: string | null = null): ServerEvent {
    const choice = { index: 0, delta: { role: 'assistant', ...delta }, finish_reason: finish };
    return jsonEvent({ ...this.#head(), choices: [choice] });
  }
}

function choiceOf(chunk: JsonObject): Choice | undefined {
  const choices = Array.isArray(chunk['choices']) ? chunk['choices'] : [];
  const choice = choices.find((one) => isJsonObject(one) && (one['index'] ?? 0) === 0);
  if (!isJsonObject(choice)) return undefined;
  const { delta, message, finish_reason: finish } = choice;
  return {
    delta: isJsonObject(delta) ? delta : isJsonObject(message) ? message : {},
    finish: typeof finish === 'string' && finish !== '' ? finish : undefined,
    error: errorAnswerIn({ ...choice, choices: [] }),
  };
}

/** What a delta says, sorted by kind: content may be a text or a list of parts (Mistral's reasoning models). */
function partsOf(delta: JsonObject): { text: string; thinking: string; refusal: string } {
  const { content, refusal } = delta;
  const parts = Array.isArray(content) ? content : [content ?? ''];
  const reasoning = delta['reasoning_content'] ?? delta['reasoning'];
  return {
    text: parts
      .filter((part) => !isThinking(part))
      .map(textOf)
      .join(''),
    thinking:
      (typeof reasoning === 'string' ? reasoning : '') + parts.filter(isThinking).map(textOf).join(''),
    refusal: (typeof refusal === 'string' ? refusal : '') + parts.map(refusalText).join(''),
  };
}

function isThinking(part: Json): boolean {
  return isJsonObject(part) && (part['type'] === 'thinking' || part['type'] === 'reasoning');
}

function textOf(part: Json): string {
  if (typeof part === 'string') return part;
  if (!isJsonObject(part)) return '';
  const inner = part['text'] ?? part['thinking'] ?? part['reasoning'];
  return Array.isArray(inner) ? inner.map(textOf).join('') : typeof inner === 'string' ? inner : '';
}

function refusalText(part: Json): string {
  return isJsonObject(part) && typeof part['refusal'] === 'string' ? part['refusal'] : '';
}
