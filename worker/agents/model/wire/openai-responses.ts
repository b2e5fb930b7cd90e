import { isJsonObject, parseJson } from '../../../json.ts';
import type { JsonObject } from '../../../json.ts';
import { isHeartbeat, jsonEvent } from './protocol.ts';
import type { AnswerReader, Protocol, ServerEvent } from './protocol.ts';
import { brokenOff, noAnswer, errorAnswerIn, errorAnswerOf } from './error-answer.ts';

/** The events after which nothing follows. */
const LAST = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** Responses of OpenAI. Ids stay what they are: the server knows its own items by them. */
export const openaiResponses: Protocol = {
  request: (body) => body,
  answer: () => new ResponsesReader(),
};

class ResponsesReader implements AnswerReader {
  #ended = false;

  read(said: ServerEvent): readonly ServerEvent[] {
    const { data } = said;
    if (isHeartbeat(said) || data.trim() === '[DONE]') return [];
    const event = parseJson(data);
    if (!isJsonObject(event)) throw noAnswer(data);
    const { type, response } = event;
    if (type === 'response.failed' && isJsonObject(response)) throw errorAnswerOf(response['error'] ?? null);
    const failure = errorAnswerIn(event);
    if (failure !== undefined) throw failure;
    if (typeof type === 'string' && LAST.has(type)) this.#ended = true;
    return [jsonEvent(event, typeof type === 'string' ? type : undefined)];
  }

  readWhole(answer: JsonObject): readonly ServerEvent[] {
    const failure = errorAnswerIn(answer);
    if (failure !== undefined) throw failure;
    if (!Array.isArray(answer['output'])) throw noAnswer(JSON.stringify(answer));
    const type = answer['status'] === 'incomplete' ? 'response.incomplete' : 'response.completed';
    return this.read(jsonEvent({ type, sequence_number: 0, response: answer }));
  }

  end(): readonly ServerEvent[] {
    if (!this.#ended) throw brokenOff();
    return [];
  }
}
