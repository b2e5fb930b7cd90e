import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { chat, delta, toolCall } from '../stubs/raw-chat.ts';
import { gemini, geminiChunk } from '../stubs/raw-gemini.ts';
import type { RawAnswer } from '../stubs/raw-model.ts';
import { liveText } from './ask.ts';
import { askMaker } from './ask-maker.ts';

const model = { provider: 'google', model: 'gemini-3-pro', max_tokens: 100 };
const key = (baseUrl: string) => ({ google: { apiKey: 'a key of Gemini', baseUrl } });
const charging = { functionCall: { name: 'charge', args: { amount: 4 } }, thoughtSignature: 'c2lnbmVk' };
const words = gemini([geminiChunk([{ text: 'Do' }]), geminiChunk([{ text: 'ne.' }], 'STOP')]);
const chargesFirst = (_: unknown, n: number): RawAnswer => ({
  body: n === 1 ? gemini([geminiChunk([charging], 'STOP')]) : words,
});

const refused = (status: number, message: string, retryDelay?: string): RawAnswer => {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }];
  const error = { code: status, message, ...(retryDelay !== undefined && { details }) };
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify([{ error }]) };
};

describe('a model of the Gemini API', () => {
  test('is asked with its key, calls a tool, and has the signature of its thought back', async () => {
    const { result, requests, heads, run, failure } = await askMaker(model, key, chargesFirst);
    expect(failure).toBeUndefined();
    expect(result).toMatchObject({ output: 'Done.', usage: { input_tokens: 14, output_tokens: 6 } });
    expect(heads[0]).toMatchObject({
      path: '/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse',
      headers: { 'x-goog-api-key': 'a key of Gemini', traceparent: expect.any(String) as string },
    });
    const [first, second] = requests;
    expect(first).toMatchObject({
      systemInstruction: { parts: [{ text: expect.stringContaining('You charge.') as string }] },
      generationConfig: { maxOutputTokens: 100 },
      tools: [
        { functionDeclarations: expect.arrayContaining([expect.objectContaining({ name: 'charge' })]) as [] },
      ],
    });
    expect(second?.['contents']).toMatchObject([
      { role: 'user' },
      { role: 'model', parts: [charging] },
      { role: 'user', parts: [{ functionResponse: { name: 'charge', response: { result: 'charged 4' } } }] },
    ]);
    expect(liveText(run)).toBe('Done.');
  });

  test.each<[string, RawAnswer, object]>([
    [
      'is busy, and says in its words for how long',
      refused(429, 'You exceeded your current quota, please check your plan and billing details.', '33.5s'),
      { code: 'MODEL_UNAVAILABLE', retryAfterMs: 34_000, source: 'google' },
    ],
    [
      'is away',
      { ...refused(503, 'The model is overloaded.'), headers: { 'retry-after': '3' } },
      {
        code: 'MODEL_UNAVAILABLE',
        retryAfterMs: 3_000,
        message: expect.stringContaining('overloaded') as string,
      },
    ],
    ['has no quota left', refused(429, 'You exceeded your current quota.'), { code: 'MODEL_KEY_REFUSED' }],
    ['refuses the key', refused(400, 'API key not valid.'), { code: 'MODEL_KEY_REFUSED' }],
    ['refuses the request', refused(400, 'Unknown name'), { code: 'MODEL_REFUSED' }],
    [
      'breaks off in words',
      { body: gemini([geminiChunk([{ text: 'Do' }]), { error: { code: 503, message: 'overloaded' } }]) },
      { code: 'MODEL_UNAVAILABLE', message: expect.stringContaining('overloaded') as string },
    ],
    [
      'ends before it has said why',
      { body: gemini([geminiChunk([{ text: 'Do' }])]) },
      { code: 'MODEL_UNAVAILABLE', message: expect.stringContaining('without an end') as string },
    ],
    [
      'is cut off',
      { body: gemini([geminiChunk([{ text: 'Do' }], 'MAX_TOKENS')]) },
      { code: 'ANSWER_CUT_OFF' },
    ],
    ['is filtered', { body: gemini([geminiChunk([], 'SAFETY')]) }, { code: 'ANSWER_FILTERED' }],
    [
      'is not even asked, for a filter',
      { body: gemini([{ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }]) },
      { code: 'ANSWER_FILTERED' },
    ],
  ])('that %s ends the attempt as those of others do', async (_, answer, failure) => {
    expect(await askMaker(model, key, () => answer)).toMatchObject({ failure });
  });

  test('that gives its reason with each chunk is understood', async () => {
    const body = gemini([geminiChunk([{ text: 'Do' }], 'STOP'), geminiChunk([{ text: 'ne.' }], 'STOP')]);
    const { result, run } = await askMaker(model, key, () => ({ body }));
    expect(result).toMatchObject({ output: 'Done.', usage: { input_tokens: 7, output_tokens: 3 } });
    const ends = run.events.filter(({ type }) => type === 'on_llm_end');
    expect(ends).toMatchObject([{ data: { finish_reason: 'STOP' } }]);
  });

  test('that thinks as much as it is told has its thoughts back as signatures alone', async () => {
    const thought = { text: 'Hm, four.', thought: true };
    const { requests } = await askMaker({ ...model, reasoning_effort: 'high' }, key, (_, n) => ({
      body: n === 1 ? gemini([geminiChunk([thought]), geminiChunk([charging], 'STOP')]) : words,
    }));
    expect(requests[0]).toMatchObject({ generationConfig: { thinkingConfig: { thinkingLevel: 'HIGH' } } });
    expect(requests[1]?.['contents']).toMatchObject([{}, { role: 'model', parts: [charging] }, {}]);
    expect(JSON.stringify(requests[1])).not.toContain('Hm, four.');
  });

  test('that goes on for another maker is told of the calls of that one', async () => {
    const gpt = { provider: 'openai', model: 'gpt', fallbacks: [{ ...model }] };
    const calling = chat([toolCall('charge', '{"amount":4}'), delta({}, 'tool_calls')]);
    const { result, requests } = await askMaker(gpt, key, (body, n) => {
      if (body['model'] !== 'gpt') return { body: words };
      return n === 1 ? { body: calling } : { status: 503, headers: { 'retry-after': '1' }, body: '{}' };
    });
    expect(result).toMatchObject({ output: 'Done.' });
    const { thoughtSignature: _, ...call } = charging;
    expect(requests.at(-1)?.['contents']).toEqual([
      { role: 'user', parts: [{ text: 'hello' }] },
      { role: 'model', parts: [{ ...call, thoughtSignature: 'skip_thought_signature_validator' }] },
      {
        role: 'user',
        parts: [{ functionResponse: { id: 'call_0', name: 'charge', response: { result: 'charged 4' } } }],
      },
    ]);
  });
});

describe('a model of Vertex AI', () => {
  test('is asked in its project, as the workload that the worker is', async () => {
    const metadata = createServer((request, response) => {
      response.writeHead(200, { 'metadata-flavor': 'Google', 'content-type': 'application/json' });
      const isToken = request.url?.includes('/token') === true;
      response.end(
        isToken
          ? JSON.stringify({ access_token: 'of the workload', expires_in: 3600, token_type: 'Bearer' })
          : 'a-project',
      );
    });
    metadata.listen(0, '127.0.0.1');
    await once(metadata, 'listening');
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
    vi.stubEnv('GCE_METADATA_HOST', `127.0.0.1:${(metadata.address() as AddressInfo).port}`);
    vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
    const vertex = (baseUrl: string) => ({
      google: { apiKey: undefined, baseUrl, project: 'shop', location: 'europe-west4' },
    });
    const { result, heads, failure } = await askMaker(model, vertex, chargesFirst);
    metadata.close();
    vi.unstubAllEnvs();
    expect(failure).toBeUndefined();
    expect(result).toMatchObject({ output: 'Done.' });
    expect(heads[0]).toMatchObject({
      path: '/v1/projects/shop/locations/europe-west4/publishers/google/models/gemini-3-pro:streamGenerateContent?alt=sse',
      headers: { authorization: 'Bearer of the workload' },
    });
  });

  test('without an identity is a key that is missing', async () => {
    const credentials = { type: 'service_account', client_email: 'a@b', private_key: 'none' };
    const { failure, requests } = await askMaker(
      model,
      (baseUrl) => ({ google: { apiKey: undefined, baseUrl, project: 'shop', credentials } }),
      () => ({ body: words }),
    );
    expect(requests).toEqual([]);
    expect(failure).toMatchObject({
      code: 'MODEL_KEY_REFUSED',
      message: expect.stringContaining('cannot sign in to Google') as string,
    });
  });
});
