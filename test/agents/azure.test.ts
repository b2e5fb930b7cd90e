import { describe, expect, test } from 'vitest';
import { chat, delta, toolCall } from '../stubs/raw-chat.ts';
import type { RawAnswer } from '../stubs/raw-model.ts';
import { askMaker } from './ask-maker.ts';

const model = { provider: 'azure', model: 'our-gpt' };
const counted = { choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } };
const words = chat([delta({ content: 'Done.' }, 'stop'), counted]);
const calling = chat([toolCall('charge', '{"amount":4}'), delta({}, 'tool_calls'), counted]);
const chargesFirst = (_: unknown, n: number): RawAnswer => ({ body: n === 1 ? calling : words });
const at = (apiVersion: string | undefined) => (baseUrl: string) => ({
  azure: { apiKey: 'a key of Azure', baseUrl: `${baseUrl}/`, apiVersion },
});

describe('a model of Azure OpenAI', () => {
  test.each([
    ['over the v1 API', undefined, '/openai/v1/chat/completions'],
    [
      'over an API with a version',
      '2024-10-21',
      '/openai/deployments/our-gpt/chat/completions?api-version=2024-10-21',
    ],
  ])('is asked %s with its key, and calls a tool', async (_, version, path) => {
    const { result, heads, requests, failure } = await askMaker(model, at(version), chargesFirst);
    expect(failure).toBeUndefined();
    expect(result).toMatchObject({ output: 'Done.', usage: { input_tokens: 14, output_tokens: 6 } });
    expect(heads[0]).toMatchObject({ path, headers: { 'api-key': 'a key of Azure' } });
    expect(requests[0]).toMatchObject({ model: 'our-gpt', stream_options: { include_usage: true } });
    expect(requests[1]?.['messages']).toMatchObject([
      { role: 'system' },
      { role: 'user' },
      { role: 'assistant', tool_calls: [{ function: { name: 'charge', arguments: '{"amount":4}' } }] },
      { role: 'tool', content: 'charged 4' },
    ]);
  });

  test.each<[string, RawAnswer, object]>([
    [
      'is busy',
      {
        status: 429,
        headers: { 'retry-after': '7' },
        body: '{"error":{"code":"429","message":"slow down"}}',
      },
      { code: 'MODEL_UNAVAILABLE', retryAfterMs: 7_000, source: 'azure' },
    ],
    [
      'refuses the key',
      { status: 401, headers: {}, body: '{"error":{"code":"401","message":"Access denied"}}' },
      { code: 'MODEL_KEY_REFUSED' },
    ],
    ['is filtered', { body: chat([delta({ content: 'x' }, 'content_filter')]) }, { code: 'ANSWER_FILTERED' }],
    ['is cut off', { body: chat([delta({ content: 'x' }, 'length')]) }, { code: 'ANSWER_CUT_OFF' }],
  ])('that %s ends the attempt as those of others do', async (_, answer, failure) => {
    expect(await askMaker(model, at('2024-10-21'), () => answer)).toMatchObject({ failure });
  });

  test.each([undefined, '2024-10-21'])('is asked for responses over the v1 API alone', async (version) => {
    const refused = { status: 400, headers: {}, body: '{}' };
    const { heads } = await askMaker({ ...model, api: 'responses' }, at(version), () => refused);
    expect(heads[0]).toMatchObject({
      path: '/openai/v1/responses',
      headers: { 'api-key': 'a key of Azure' },
    });
  });
});
