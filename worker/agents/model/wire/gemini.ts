import { Failure } from '../../../jobs/rules/failures.ts';
import { isJsonObject, parseJson } from '../../../json.ts';
import type { JsonObject } from '../../../json.ts';
import { brokenOff, errorAnswerIn, noAnswer } from './error-answer.ts';
import { isHeartbeat, jsonEvent } from './protocol.ts';
import type { AnswerReader, Protocol, ServerEvent } from './protocol.ts';

/** `generateContent` of Gemini, which Vertex AI speaks as well. */
export const gemini: Protocol = {
  request: (body) => body,
  streams: (url) => new URL(url).pathname.endsWith(':streamGenerateContent'),
  answer: () => new GeminiReader(),
};

/** Why a model stopped comes with one of its chunks, of some models with each: it is handed on once, at the end. */
class GeminiReader implements AnswerReader {
  #finish: string | undefined;
  #usage: JsonObject | undefined;

  read(said: ServerEvent): readonly ServerEvent[] {
    if (isHeartbeat(said)) return [];
    const chunk = parseJson(said.data);
    if (!isJsonObject(chunk)) throw noAnswer(said.data);
    return this.#chunk(chunk);
  }

  readWhole(answer: JsonObject): readonly ServerEvent[] {
    if (!('candidates' in answer) && !('promptFeedback' in answer)) throw noAnswer(JSON.stringify(answer));
    return this.#chunk(answer);
  }

  end(): readonly ServerEvent[] {
    if (this.#finish === undefined) throw brokenOff();
    const last = { content: { role: 'model', parts: [] }, finishReason: this.#finish };
    return [jsonEvent({ candidates: [last], ...(this.#usage && { usageMetadata: this.#usage }) })];
  }

  #chunk(chunk: JsonObject): readonly ServerEvent[] {
    const failure = errorAnswerIn({ choices: [], ...chunk });
    if (failure !== undefined) throw failure;
    const { promptFeedback: feedback, usageMetadata: usage, candidates } = chunk;
    const blocked = isJsonObject(feedback) ? feedback['blockReason'] : undefined;
    if (typeof blocked === 'string') {
      throw new Failure('ANSWER_FILTERED', `a filter of the model server stopped the question (${blocked})`);
    }
    if (isJsonObject(usage)) this.#usage = usage;
    const [candidate] = Array.isArray(candidates) ? candidates : [];
    if (!isJsonObject(candidate)) return [];
    const { finishReason: finish, ...rest } = candidate;
    if (typeof finish === 'string' && finish !== '') this.#finish = finish;
    return [jsonEvent({ ...chunk, candidates: [rest] })];
  }
}
