import { isJsonObject, parseJson } from '../../../json.ts';
import type { Json, JsonObject } from '../../../json.ts';
import { isHeartbeat, jsonEvent } from './protocol.ts';
import type { AnswerReader, Protocol, ServerEvent } from './protocol.ts';
import { brokenOff, noAnswer, errorAnswerIn } from './error-answer.ts';

/** Messages of Anthropic. */
export const anthropicMessages: Protocol = {
  request: (body) => body,
  answer: (body, newId) => new MessagesReader(toolUseIds(body), newId),
};

class MessagesReader implements AnswerReader {
  readonly #used: Set<string>;
  readonly #newId: () => string;
  /** Tokens of output that have been handed on. */
  #written = 0;
  #ended = false;

  constructor(used: Iterable<string>, newId: () => string) {
    this.#used = new Set(used);
    this.#newId = newId;
  }

  read(said: ServerEvent): readonly ServerEvent[] {
    if (isHeartbeat(said)) return [];
    const { data } = said;
    const event = parseJson(data);
    if (!isJsonObject(event)) throw noAnswer(data);
    const failure = errorAnswerIn(event);
    if (failure !== undefined) throw failure;
    const { type, message, content_block: block, delta, usage } = event;
    if (type === 'message_stop') this.#ended = true;
    // Some servers that speak the protocol leave the last event out.
    if (type === 'message_delta' && isJsonObject(delta) && typeof delta['stop_reason'] === 'string')
      this.#ended = true;
    const changed: JsonObject = {
      ...event,
      ...(isJsonObject(message) && { message: this.#started(message) }),
      ...(isJsonObject(usage) && { usage: this.#added(usage) }),
      ...(isJsonObject(block) && { content_block: this.#block(block) }),
    };
    const out = jsonEvent(changed, typeof type === 'string' ? type : undefined);
    return isJsonObject(block) ? [out, ...inputOf(block, event['index'] ?? 0)] : [out];
  }

  readWhole(answer: JsonObject): readonly ServerEvent[] {
    const failure = errorAnswerIn(answer);
    if (failure !== undefined) throw failure;
    const { content } = answer;
    if (!Array.isArray(content)) throw noAnswer(JSON.stringify(answer));
    const start = { ...answer, content: [], stop_reason: null };
    const usage = answer['usage'] ?? {};
    const delta = { stop_reason: answer['stop_reason'] ?? null, stop_sequence: null };
    return [
      { type: 'message_start', message: start },
      ...content.flatMap(blockEvents),
      { type: 'message_delta', delta, usage },
      { type: 'message_stop' },
    ].flatMap((event) => this.read(jsonEvent(event)));
  }

  end(): readonly ServerEvent[] {
    if (!this.#ended) throw brokenOff();
    return [];
  }

  #started(message: JsonObject): JsonObject {
    const { id, usage } = message;
    return {
      ...message,
      id: `${typeof id === 'string' ? id : ''}-${this.#newId()}`.replace(/^-/, ''),
      ...(isJsonObject(usage) && { usage: this.#added(usage) }),
    };
  }

  /**
   * Each event counts all of the output so far (`MessageDeltaUsage` of the maker's SDK), and the client adds up what they count: it
   * is given what is new.
   */
  #added(usage: JsonObject): JsonObject {
    const { output_tokens: all } = usage;
    if (typeof all !== 'number') return usage;
    const added = Math.max(0, all - this.#written);
    this.#written += added;
    return { ...usage, output_tokens: added };
  }

  #block(block: JsonObject): JsonObject {
    if (block['type'] !== 'tool_use') return block;
    const { id } = block;
    const isFree = typeof id === 'string' && id !== '' && !this.#used.has(id);
    const own = isFree ? id : this.#newId();
    this.#used.add(own);
    return { ...block, id: own, input: {} };
  }
}

/** Some servers give the arguments of a call with its beginning, where the client does not look for them. */
function inputOf(block: JsonObject, index: Json): readonly ServerEvent[] {
  const { type, input } = block;
  if (type !== 'tool_use' || !isJsonObject(input) || Object.keys(input).length === 0) return [];
  const delta = { type: 'input_json_delta', partial_json: JSON.stringify(input) };
  return [jsonEvent({ type: 'content_block_delta', index, delta }, 'content_block_delta')];
}

/** The events that stream one whole block. */
function blockEvents(block: Json, index: number): readonly JsonObject[] {
  if (!isJsonObject(block)) return [];
  const start = (content_block: JsonObject): JsonObject => ({
    type: 'content_block_start',
    index,
    content_block,
  });
  const delta = (one: JsonObject): JsonObject => ({ type: 'content_block_delta', index, delta: one });
  const stop: JsonObject = { type: 'content_block_stop', index };
  if (block['type'] === 'text') {
    return [start({ ...block, text: '' }), delta({ type: 'text_delta', text: block['text'] ?? '' }), stop];
  }
  if (block['type'] === 'tool_use') {
    const input = { type: 'input_json_delta', partial_json: JSON.stringify(block['input'] ?? {}) };
    return [start({ ...block, input: {} }), delta(input), stop];
  }
  if (block['type'] !== 'thinking') return [start(block), stop];
  const { thinking = '', signature = '' } = block;
  const thoughts = [
    { type: 'thinking_delta', thinking },
    { type: 'signature_delta', signature },
  ];
  return [start({ type: 'thinking', thinking: '', signature: '' }), ...thoughts.map(delta), stop];
}

/** Ids of the tool calls that a conversation holds. */
function toolUseIds(body: JsonObject): readonly string[] {
  const messages = Array.isArray(body['messages']) ? body['messages'] : [];
  return messages.flatMap((message) => {
    const blocks = isJsonObject(message) ? message['content'] : [];
    if (!Array.isArray(blocks)) return [];
    return blocks.flatMap((block) =>
      isJsonObject(block) && block['type'] === 'tool_use' && typeof block['id'] === 'string'
        ? [block['id']]
        : [],
    );
  });
}
