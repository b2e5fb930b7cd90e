import { describe, expect, test } from 'vitest';
import type { FailureCode } from '../../worker/jobs/rules/failures.ts';
import type { JsonObject } from '../../worker/json.ts';
import { chat, delta } from '../stubs/raw-chat.ts';
import { messages, messageStart } from '../stubs/raw-messages.ts';
import { ask } from './ask.ts';

const partial = delta({ content: 'Half' });
const inStream = (...events: readonly JsonObject[]) => chat([partial, ...events]);

describe('an error in place of an answer, in whichever form', () => {
  test.each<[string, string, FailureCode, string]>([
    ['a text', inStream({ error: 'no workers left' }), 'MODEL_UNAVAILABLE', 'no workers left'],
    ['a code alone', inStream({ error: { code: 'overloaded' } }), 'MODEL_UNAVAILABLE', 'overloaded'],
    [
      'a number of HTTP',
      inStream({ error: { message: 'provider', code: 503 } }),
      'MODEL_UNAVAILABLE',
      'provider',
    ],
    [
      'a limit of its rate, whose name has "exceeded" in it',
      inStream({ error: { message: 'slow', code: 'rate_limit_exceeded' } }),
      'MODEL_UNAVAILABLE',
      'slow',
    ],
    [
      'at a choice',
      inStream({
        choices: [{ index: 0, delta: {}, finish_reason: 'error', error: { code: 502, message: 'gone' } }],
      }),
      'MODEL_UNAVAILABLE',
      'gone',
    ],
    [
      'of FastAPI',
      inStream({ detail: 'Internal Server Error' }),
      'MODEL_UNAVAILABLE',
      'Internal Server Error',
    ],
    [
      'of FastAPI as a list',
      'data: {"detail":[{"msg":"too many","loc":["body"]}]}\n\ndata: [DONE]\n\n',
      'MODEL_UNAVAILABLE',
      'too many',
    ],
    [
      'without an envelope',
      'data: {"code":"InvalidParameter","message":"bad tools"}\n\n',
      'MODEL_REFUSED',
      'bad tools',
    ],
    ['as an event of words', 'event: error\ndata: Internal Error\n\n', 'MODEL_UNAVAILABLE', 'Internal Error'],
    ['as JSON in place of a stream', '{"detail":"Not ready"}', 'MODEL_UNAVAILABLE', 'Not ready'],
    [
      'in a list, as Gemini has it',
      '[{"error":{"code":400,"message":"bad schema","status":"INVALID_ARGUMENT"}}]',
      'MODEL_REFUSED',
      'bad schema',
    ],
    ['as words in place of a stream', 'upstream connect error', 'MODEL_UNAVAILABLE', ''],
    [
      'about the key, with a number',
      inStream({ error: { message: 'No auth credentials found', code: 401 } }),
      'MODEL_KEY_REFUSED',
      'API key',
    ],
    [
      'about the key, in words',
      inStream({ error: { message: 'Incorrect API key provided', type: 'invalid_request_error' } }),
      'MODEL_KEY_REFUSED',
      'API key',
    ],
    [
      'about money',
      inStream({ error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } }),
      'MODEL_KEY_REFUSED',
      'no quota left',
    ],
    [
      'about what was asked',
      inStream({ error: { message: 'blocked', code: 'content_policy_violation' } }),
      'MODEL_REFUSED',
      'blocked',
    ],
    [
      'about a conversation that is too long, and too short to be summarized',
      inStream({ error: { message: 'Please adjust your input', code: 'context_length_exceeded' } }),
      'MODEL_REFUSED',
      'context_length_exceeded',
    ],
  ])('%s', async (_, body, code, words) => {
    const { failure } = await ask(() => ({ body }));
    expect(failure).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test.each<[string, FailureCode]>([
    ['overloaded_error', 'MODEL_UNAVAILABLE'],
    ['rate_limit_error', 'MODEL_UNAVAILABLE'],
    ['timeout_error', 'MODEL_UNAVAILABLE'],
    ['api_error', 'MODEL_UNAVAILABLE'],
    ['authentication_error', 'MODEL_KEY_REFUSED'],
    ['permission_error', 'MODEL_KEY_REFUSED'],
    ['billing_error', 'MODEL_KEY_REFUSED'],
    ['invalid_request_error', 'MODEL_REFUSED'],
    ['not_found_error', 'MODEL_REFUSED'],
    ['request_too_large', 'MODEL_REFUSED'],
  ])('%s of Anthropic', async (type, code) => {
    const event = { type: 'error', error: { type, message: 'so it is' } };
    const { failure } = await ask(() => ({ body: messages([messageStart, event]) }), 'anthropic');
    expect(failure).toMatchObject({ code });
  });
});

describe('a refusal whose status says something else', () => {
  test.each<[number, string, FailureCode]>([
    [400, 'API key not valid. Please pass a valid API key.', 'MODEL_KEY_REFUSED'],
    [400, 'Incorrect API key provided: sk-no. You can obtain one at …', 'MODEL_KEY_REFUSED'],
    [429, 'Your account has insufficient_balance', 'MODEL_KEY_REFUSED'],
    [400, 'tools.0.name: invalid', 'MODEL_REFUSED'],
    [404, 'The model does not exist', 'MODEL_REFUSED'],
  ])('%d: %s', async (status, message, code) => {
    const body = JSON.stringify({ error: { message } });
    const { failure } = await ask(() => ({ status, body, headers: { 'content-type': 'application/json' } }));
    expect(failure).toMatchObject({ code, message: expect.not.stringContaining('sk-no') });
  });
});

describe('how long to wait', () => {
  const hour = 3_600_000;
  test.each<[string, Record<string, string>, string, number | undefined]>([
    ['seconds', { 'retry-after': '90' }, '', 90_000],
    ['milliseconds', { 'retry-after-ms': '250', 'retry-after': '1' }, '', 250],
    ['a date that has passed', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, '', 0],
    ['words of OpenAI', {}, 'Rate limit reached. Please try again in 1m12.5s.', 72_500],
    ['words of Groq', {}, 'Limit 6000. Please try again in 820ms. Visit …', 820],
    ['words of Gemini', {}, 'Quota exceeded. Please retry in 34.5s.', 34_500],
    ['a header before words', { 'retry-after': '5' }, 'try again in 9s', 5_000],
    ['nothing', {}, 'try again later', undefined],
    ['for ever', { 'retry-after': '99999999999999999999' }, '', 7 * 24 * hour],
  ])('%s', async (_, headers, message, retryAfterMs) => {
    const body = JSON.stringify({ error: { message } });
    const { failure, requests } = await ask(() => ({ status: 429, headers, body }));
    expect(failure).toMatchObject({ code: 'MODEL_UNAVAILABLE', retryAfterMs });
    expect(requests, 'no library asks again by itself').toHaveLength(1);
  });

  test('no library of Anthropic asks again by itself', async () => {
    const body = '{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}';
    const answer = { status: 429, headers: { 'retry-after': '7' }, body };
    const { failure, requests } = await ask(() => answer, 'anthropic');
    expect(failure).toMatchObject({ retryAfterMs: 7_000 });
    expect(requests).toHaveLength(1);
  });
});
