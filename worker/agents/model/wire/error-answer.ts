import { Failure } from '../../../jobs/rules/failures.ts';
import { isJsonObject, parseJson } from '../../../json.ts';
import type { Json, JsonObject } from '../../../json.ts';

/** Longest quote of a server's words, in characters. */
const QUOTE_LIMIT = 500;

/** Error types and codes of OpenAI and Anthropic that no repetition gets past. */
const FINAL =
  /invalid_request|bad_?request|authentication|permission|not_found|unsupported|billing|context_length|context_size|insufficient_quota/i;

/**
 * What a server says of an error inside an answer that began with 200 (`{error: {message, type, code}}`, or the error itself).
 * Undefined when the object holds none.
 */
export function errorAnswerIn(body: JsonObject): Failure | undefined {
  const { error } = body;
  if (error !== undefined && error !== null) return errorAnswerOf(error);
  return body['type'] === 'error' || body['object'] === 'error' ? errorAnswerOf(body) : undefined;
}

/** The failure that an error object stands for. */
export function errorAnswerOf(error: Json): Failure {
  const fields = isJsonObject(error) ? error : { message: error };
  const words = `the model server broke off its answer: ${quoted(wordsOf(fields))}`;
  return new Failure(isFinal(fields) ? 'MODEL_REFUSED' : 'MODEL_UNAVAILABLE', words);
}

function wordsOf(fields: JsonObject): string {
  const { message, type, code } = fields;
  const text = typeof message === 'string' ? message : JSON.stringify(message ?? fields);
  return text === '' ? JSON.stringify(type ?? code ?? 'it does not say why') : text;
}

function isFinal({ code, type, status }: JsonObject): boolean {
  const number = [code, status].map(Number).find((one) => one >= 400 && one < 600);
  if (number !== undefined) return number < 500 && ![408, 409, 429].includes(number);
  return [code, type].some((one) => typeof one === 'string' && FINAL.test(one));
}

/** A body that is no answer at all, such as the page of a proxy. */
export function noAnswer(text: string): Failure {
  const trimmed = text.trim();
  const json = parseJson(trimmed);
  const failure = isJsonObject(json) ? errorAnswerIn(json) : undefined;
  if (failure !== undefined) return failure;
  const what = trimmed.startsWith('<') ? 'a web page' : trimmed === '' ? 'nothing' : 'something else';
  return new Failure(
    'MODEL_UNAVAILABLE',
    `the model server answered with ${what} in place of an answer${trimmed === '' ? '' : `: ${quoted(trimmed)}`}`,
  );
}

/** An answer that stopped in the middle. */
export function brokenOff(): Failure {
  return new Failure('MODEL_UNAVAILABLE', 'the model server broke off its answer without an end');
}

/** Markup is of no use to readers of a failure. */
function quoted(text: string): string {
  return text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, QUOTE_LIMIT);
}
