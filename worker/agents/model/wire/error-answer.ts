import { Failure } from '../../../jobs/rules/failures.ts';
import { isJsonObject, parseJson } from '../../../json.ts';
import type { Json, JsonObject } from '../../../json.ts';
import { speaksOfKey, speaksOfQuota } from './account-words.ts';

/** Longest quote of a server's words, in characters. */
const QUOTE_LIMIT = 500;

/** Error types and codes that pass, whatever else their words are: they come before the next list. */
const PASSING = /rate.?limit|too_many|overload|time.?out|unavailable|server_error|capacity|exhausted/i;

/** Error types and codes of servers that no repetition gets past. */
const FINAL =
  /invalid|bad_?request|not_?found|unsupported|unprocessable|too_(large|long)|context_(length|size|window)|content_?(filter|policy)|exceed/i;

/** Where servers that have no error object say what is wrong: FastAPI, gateways, makers in China. */
const WORDS = ['detail', 'message', 'msg', 'error_msg', 'error_message', 'errors'];

/**
 * What a server says of an error inside an answer that began with 200 (`{error: {message, type, code}}`, or the error itself).
 * Undefined when the object holds none.
 */
export function errorAnswerIn(body: JsonObject): Failure | undefined {
  const { error } = body;
  if (isSaid(error)) return errorAnswerOf(error);
  if (body['type'] === 'error' || body['object'] === 'error') return errorAnswerOf(body);
  const isError = !('choices' in body) && WORDS.some((name) => isWords(body[name]));
  return isError ? errorAnswerOf(body) : undefined;
}

function isSaid(error: Json | undefined): error is Json {
  if (error === undefined || error === null || error === false || error === '') return false;
  return !isJsonObject(error) || Object.keys(error).length > 0;
}

/** Text, or a list: an object called `message` is one of the protocol. */
function isWords(value: Json | undefined): boolean {
  return typeof value === 'string' ? value !== '' : Array.isArray(value) && value.length > 0;
}

/** The failure that an error object stands for. */
export function errorAnswerOf(error: Json): Failure {
  const fields = isJsonObject(error) ? error : { message: error };
  const words = quoted(wordsOf(fields));
  const said = 'the model server broke off its answer:';
  switch (kindOf(fields, words)) {
    case 'key':
      return new Failure('MODEL_KEY_REFUSED', `${said} it does not accept the API key of the worker`);
    case 'quota':
      return new Failure('MODEL_KEY_REFUSED', `${said} the account of the worker's key has no quota left`);
    case 'final':
      return new Failure('MODEL_REFUSED', `${said} ${words}`);
    case 'passing':
      return new Failure('MODEL_UNAVAILABLE', `${said} ${words}`);
  }
}

/** The message, with the code where the message does not have it. */
function wordsOf(fields: JsonObject): string {
  const { type, code } = fields;
  const said = WORDS.map((name) => fields[name]).find(isSaid) ?? (isSaid(type) ? type : code) ?? fields;
  const text = typeof said === 'string' ? said : JSON.stringify(said);
  const name = [code, type].find((one) => typeof one === 'string' && one !== 'error');
  return typeof name !== 'string' || text.includes(name) ? text : `${text} (${name})`;
}

function kindOf(fields: JsonObject, words: string): 'key' | 'quota' | 'final' | 'passing' {
  const { code, type, status } = fields;
  const number = [code, status].map(Number).find((one) => one >= 400 && one < 600);
  const names = [code, type, status].filter((one) => typeof one === 'string').join(' ');
  if (number === 402 || speaksOfQuota(`${names} ${words}`)) return 'quota';
  if (number === 401 || number === 403 || speaksOfKey(`${names} ${words}`)) return 'key';
  if (number !== undefined) return number < 500 && ![408, 409, 429].includes(number) ? 'final' : 'passing';
  return FINAL.test(names) && !PASSING.test(names) ? 'final' : 'passing';
}

/** A body that is no answer at all, such as the page of a proxy. */
export function noAnswer(text: string): Failure {
  const trimmed = text.trim();
  const json = parseJson(trimmed);
  // Gemini puts its error into a list.
  const first = Array.isArray(json) ? json[0] : json;
  const failure = isJsonObject(first) ? errorAnswerIn(first) : undefined;
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
