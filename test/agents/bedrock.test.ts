import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  converse,
  converseCall,
  converseEvent,
  converseException,
  converseText,
  converseThoughts,
} from '../stubs/raw-converse.ts';
import type { RawAnswer } from '../stubs/raw-model.ts';
import { liveText } from './ask.ts';
import { askMaker } from './ask-maker.ts';

const model = { provider: 'bedrock', model: 'eu.anthropic.claude-sonnet-4-5-v1:0', max_tokens: 100 };
const region = (baseUrl: string) => ({ bedrock: { region: 'eu-central-1', baseUrl } });
const stream = { 'content-type': 'application/vnd.amazon.eventstream' };
const words: RawAnswer = { headers: stream, body: converse(converseText('Done.')) };
const chargesFirst = (_: unknown, n: number): RawAnswer => {
  const events = [
    ...converseThoughts('Hm, four.', 'c2lnbmVk'),
    ...converseText('I ch', 1).slice(0, 1),
    ...converseText('arge.', 1),
    ...converseCall('tooluse_1', 'charge', { amount: 4 }, 2),
  ];
  return n === 1 ? { headers: stream, body: converse(events, 'tool_use') } : words;
};

const refused = (status: number, name: string, message: string, headers = {}): RawAnswer => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': `${name}:http://internal/`, ...headers },
  body: JSON.stringify({ message }),
});

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'a secret of AWS');
  vi.stubEnv('AWS_SESSION_TOKEN', 'a session of AWS');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a model of Bedrock', () => {
  test('is asked with a signature, calls a tool, and has its signed thoughts back', async () => {
    const { result, requests, heads, run, failure } = await askMaker(model, region, chargesFirst);
    expect(failure).toBeUndefined();
    expect(result).toMatchObject({ output: 'Done.', usage: { input_tokens: 14, output_tokens: 6 } });
    expect(heads[0]).toMatchObject({
      path: `/model/${encodeURIComponent(model.model)}/converse-stream`,
      headers: {
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-central-1\/bedrock\/aws4_request, SignedHeaders=.*host.*, Signature=[0-9a-f]{64}$/,
        ) as string,
        'x-amz-date': expect.stringMatching(/^\d{8}T\d{6}Z$/) as string,
        'x-amz-security-token': 'a session of AWS',
        traceparent: expect.any(String) as string,
      },
    });
    const [first, second] = requests;
    expect(first).toMatchObject({
      system: expect.arrayContaining([{ text: 'You charge.' }]) as [],
      inferenceConfig: { maxTokens: 100 },
    });
    expect(JSON.stringify(first?.['toolConfig'])).toContain('charge');
    expect(second?.['messages']).toMatchObject([
      { role: 'user' },
      {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'Hm, four.', signature: 'c2lnbmVk' } } },
          { text: 'I charge.' },
          { toolUse: { toolUseId: 'tooluse_1', name: 'charge', input: { amount: 4 } } },
        ],
      },
      {
        role: 'user',
        content: expect.arrayContaining([
          { toolResult: { toolUseId: 'tooluse_1', content: [{ text: 'charged 4' }] } },
        ]) as [],
      },
    ]);
    expect(liveText(run)).toBe('I charge.Done.');
  });

  test('has its thoughts back as it hid them', async () => {
    const hidden = { redactedContent: Buffer.from('hidden').toString('base64') };
    const thoughts = converseEvent('contentBlockDelta', {
      contentBlockIndex: 0,
      delta: { reasoningContent: hidden },
    });
    const call = converseCall('tooluse_1', 'charge', { amount: 4 }, 1);
    const { requests } = await askMaker(model, region, (_, n) =>
      n === 1 ? { headers: stream, body: converse([thoughts, ...call], 'tool_use') } : words,
    );
    expect(JSON.stringify(requests[1])).toContain(JSON.stringify({ reasoningContent: hidden }));
  });

  test.each<[string, RawAnswer, object]>([
    [
      'is busy',
      refused(429, 'ThrottlingException', 'Too many requests', { 'retry-after': '7' }),
      { code: 'MODEL_UNAVAILABLE', retryAfterMs: 7_000, source: 'bedrock' },
    ],
    [
      'is away',
      refused(503, 'ServiceUnavailableException', 'Unable', { 'retry-after': '3' }),
      { code: 'MODEL_UNAVAILABLE', retryAfterMs: 3_000 },
    ],
    [
      'refuses the identity',
      refused(403, 'AccessDeniedException', 'no identity-based policy allows it'),
      { code: 'MODEL_KEY_REFUSED' },
    ],
    [
      'refuses the request',
      refused(400, 'ValidationException', 'This model does not support tools.'),
      { code: 'MODEL_REFUSED', message: expect.stringContaining('does not support tools') as string },
    ],
    [
      'is busy in the middle of its answer',
      {
        headers: stream,
        body: Buffer.concat([...converseText('Do'), converseException('throttlingException', 'Too many')]),
      },
      { code: 'MODEL_UNAVAILABLE' },
    ],
    [
      'ends before it has said why',
      { headers: stream, body: Buffer.concat(converseText('Do')) },
      { code: 'MODEL_UNAVAILABLE', message: expect.stringContaining('without an end') as string },
    ],
    [
      'ends in the middle of an event',
      { headers: stream, body: converse(converseText('Do')).subarray(0, 200) },
      { code: 'MODEL_UNAVAILABLE' },
    ],
    [
      'closes the connection',
      { headers: stream, body: Buffer.concat(converseText('Do')), after: 'break' },
      { code: 'MODEL_UNAVAILABLE' },
    ],
    [
      'is cut off',
      { headers: stream, body: converse(converseText('Do'), 'max_tokens') },
      { code: 'ANSWER_CUT_OFF' },
    ],
    [
      'is stopped by a guardrail',
      { headers: stream, body: converse(converseText('Do'), 'guardrail_intervened') },
      { code: 'ANSWER_FILTERED' },
    ],
  ])('that %s ends the attempt as those of others do', async (_, answer, failure) => {
    expect(await askMaker(model, region, () => answer)).toMatchObject({ failure });
  });

  test('that says nothing in time is not waited for', async () => {
    const hanging = { ...model, timeouts: { first_byte_seconds: 1 } };
    const { failure } = await askMaker(hanging, region, () => ({ headers: stream, body: '', after: 'hang' }));
    expect(failure).toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });
});

describe('the identity for Bedrock', () => {
  test('is that of the Pod where there are no keys', async () => {
    const identity = createServer((request, response) => {
      const isKnown = request.headers.authorization === 'the token of the Pod';
      response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      const keys = { AccessKeyId: 'ASIAPOD', SecretAccessKey: 'x', Token: 'of the Pod', Expiration };
      response.end(JSON.stringify(keys));
    });
    identity.listen(0, '127.0.0.1');
    await once(identity, 'listening');
    const { port } = identity.address() as AddressInfo;
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `http://127.0.0.1:${port}/v1/credentials`);
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'the token of the Pod');
    const { result, heads } = await askMaker(model, region, () => words);
    identity.close();
    expect(result).toMatchObject({ output: 'Done.' });
    expect(heads[0]?.headers.authorization).toContain('Credential=ASIAPOD/');
    expect(heads[0]?.headers['x-amz-security-token']).toBe('of the Pod');
  });

  test('is a bearer token where there is one', async () => {
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'a key of Bedrock');
    const { heads } = await askMaker(model, region, () => words);
    expect(heads[0]?.headers.authorization).toBe('Bearer a key of Bedrock');
  });

  test('that is nowhere is said as a key that is missing', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    const { failure, requests } = await askMaker(model, region, () => words);
    expect(requests).toEqual([]);
    expect(failure).toMatchObject({
      code: 'MODEL_KEY_REFUSED',
      message: expect.stringContaining('cannot sign in to AWS') as string,
    });
  });
});
