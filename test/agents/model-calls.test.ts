import { describe, expect, test } from 'vitest';
import { isContextOverflow } from '../../worker/agents/model/context-overflow.ts';
import { modelFetch } from '../../worker/agents/model/wire/fetch.ts';
import { openaiChat } from '../../worker/agents/model/wire/openai-chat.ts';
import { portableRequest, THOUGHTS } from '../../worker/agents/model/wire/openai-request.ts';
import { Failure } from '../../worker/jobs/rules/failures.ts';
import type { JsonObject } from '../../worker/json.ts';
import { chat, delta } from '../stubs/raw-chat.ts';
import { messages } from '../stubs/raw-messages.ts';
import { startRawModel } from '../stubs/raw-model.ts';
import type { RawAnswer } from '../stubs/raw-model.ts';
import { agentOn, completed, definition, job, testRun } from './fixture.ts';

const fine: RawAnswer = { body: chat([delta({ content: 'fine' }, 'stop')]) };

/** What one call over `modelFetch` gives, in these times. */
async function call(
  answer: RawAnswer,
  times: { firstByteMs?: number; betweenMs?: number; wholeMs?: number },
) {
  const server = await startRawModel(() => answer);
  const limits = { firstByteMs: 0, betweenMs: 0, wholeMs: 0, ...times };
  const protocol = openaiChat({ streamOptions: true, developerRole: false });
  const fetch = modelFetch({ protocol, headers: {}, times: limits, secrets: ['sk-secret-key'] });
  try {
    const init = { method: 'POST', body: JSON.stringify({ stream: true, messages: [] }) };
    return await (await fetch(`${server.origin}/v1/chat/completions`, init)).text();
  } finally {
    await server.close();
  }
}

describe('a server that does not go on', () => {
  const half = chat([delta({ content: 'Half' })], '');
  test.each([
    ['before its first byte', { body: '', after: 'hang' }, { firstByteMs: 50 }, 'said nothing'],
    ['in the middle', { body: half, after: 'hang' }, { betweenMs: 50 }, 'fell silent'],
    ['to the end', { body: half, after: 'hang' }, { wholeMs: 50 }, 'took longer'],
  ] as const)('%s is waited for as long as the worker says', async (_, answer, times, words) => {
    const why = { code: 'MODEL_UNAVAILABLE', message: expect.stringContaining(words) };
    await expect(call(answer, times)).rejects.toMatchObject(why);
  });
});

test('a key that a server says is not handed on', async () => {
  const body = chat([delta({ content: 'your key is sk-secret-key' }, 'stop')]);
  expect(await call({ body }, {})).not.toContain('sk-secret-key');
});

test('a server that refuses stream_options is asked without, from then on', async () => {
  const server = await startRawModel((body) =>
    'stream_options' in body ? { status: 422, body: '{"detail":"stream_options: not permitted"}' } : fine,
  );
  const agent = agentOn(`${server.origin}/v1`);
  const of = definition({});
  for (const id of ['one', 'two']) completed(await agent.run(job(id, of), testRun()));
  await server.close();
  expect(server.requests).toHaveLength(3);
});

test.each([
  ['gpt-5.6-terra', undefined, '/v1/chat/completions', { reasoning_effort: 'none' }],
  ['my-codex-7b', 'chat', '/v1/chat/completions', { reasoning_effort: 'none' }],
  ['gpt-4.1-mini', 'responses', '/v1/responses', { reasoning: { effort: 'none' } }],
])('a model called %s is asked over the API %s, whatever its name', async (name, api, path, effort) => {
  const paths: string[] = [];
  const server = await startRawModel((_, __, asked) => {
    paths.push(asked);
    return { status: 400, body: '{"error":{"message":"enough"}}' };
  });
  const model = {
    provider: 'openai',
    model: name,
    reasoning_effort: 'none',
    ...(api !== undefined && { api }),
  };
  const of = { nodes: [{ id: 'a', type: 'Orchestrator', config: { name: 'a', system_prompt: 'p', model } }] };
  const running = agentOn(`${server.origin}/v1`).run(job('api', of), testRun());
  await expect(running).rejects.toMatchObject({ code: 'MODEL_REFUSED' });
  await server.close();
  expect(paths).toEqual([path]);
  expect(server.requests[0]).toMatchObject(effort);
});

test('an answer over responses is one', async () => {
  const said = { type: 'output_text', text: 'Hello.', annotations: [] };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [said] };
  const usage = { input_tokens: 1, output_tokens: 2, total_tokens: 3 };
  const response = {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'm',
    output: [message],
    usage,
  };
  const server = await startRawModel(() => ({
    body: messages([
      { type: 'response.created', response: { ...response, output: [], status: 'in_progress' } },
      { type: 'response.output_item.added', output_index: 0, item: { ...message, content: [] } },
      {
        type: 'response.output_text.delta',
        output_index: 0,
        content_index: 0,
        item_id: 'msg_1',
        delta: 'Hello.',
      },
      { type: 'response.output_item.done', output_index: 0, item: message },
      { type: 'response.completed', response },
    ]),
  }));
  const agent = agentOn(`${server.origin}/v1`, { openaiApi: 'responses' });
  const { result } = completed(await agent.run(job('responses', definition({})), testRun()));
  await server.close();
  expect(result['output']).toBe('Hello.');
});

test('how long a busy server asks to be left alone is in the failure', async () => {
  const headers = { 'content-type': 'application/json', 'retry-after': '300' };
  const server = await startRawModel(() => ({
    status: 429,
    headers,
    body: '{"error":{"message":"slow down"}}',
  }));
  const running = agentOn(`${server.origin}/v1`).run(job('busy', definition({})), testRun());
  await expect(running).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE', retryAfterMs: 300_000 });
  await server.close();
  expect(server.requests).toHaveLength(1);
});

describe('a request', () => {
  const text = (words: string) => ({ type: 'text', text: words });
  const image = { type: 'image_url', image_url: { url: 'data:,' } };
  test.each<[string, JsonObject, JsonObject]>([
    [
      'text in blocks goes as a text',
      { role: 'system', content: [text('a'), text('b')] },
      { role: 'system', content: 'a\nb' },
    ],
    [
      'other blocks stay',
      { role: 'user', content: [text('a'), image] },
      { role: 'user', content: [text('a'), image] },
    ],
    [
      'names are left out',
      { role: 'assistant', name: 'main', content: 'x' },
      { role: 'assistant', content: 'x' },
    ],
    [
      'thoughts go where they came from',
      { role: 'assistant', content: [{ type: THOUGHTS, text: 'hm' }] },
      { role: 'assistant', content: '', reasoning_content: 'hm' },
    ],
  ])('%s', (_, given, sent) => {
    expect(portableRequest({ messages: [given] }, { streamOptions: true, developerRole: false })).toEqual({
      messages: [sent],
    });
  });
});

describe('a conversation is too long', () => {
  test.each([
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 15021 tokens.",
    'the request exceeds the available context size, try increasing it',
    'prompt is too long: 210034 tokens > 200000 maximum',
    "This model's maximum prompt length is 131072 but the request contains 537812 tokens",
    'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
    'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
    'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096.',
    'Input validation error: `inputs` must have less than 4096 tokens. Given: 9000',
    'input length and `max_tokens` exceed context limit: 190000 + 21333 > 200000',
    'Your input exceeds the context window of this model. Please adjust your input and try again.',
    'too many tokens: total number of tokens in the prompt cannot exceed 4081',
    'Your request exceeded model token limit: 8192 (requested: 9000)',
    'Range of input length should be [1, 30720]',
    'Prompt length (9000) exceeds maximum input length (8192)',
    'The decoder prompt (length 9000) is longer than the maximum model length of 8192.',
    'Request body too large for gpt-4o model. Max size: 8000 tokens.',
    'the input is too large to process. increase the physical batch size',
    'input token length exceeds session_len',
    'Prompt 超长',
  ])('in the words "%s"', (words) => {
    expect(isContextOverflow(Object.assign(new Error(words), { status: 400 }))).toBe(true);
  });

  test.each([
    'invalid tool schema',
    'max_tokens is too large: 100000. This model supports at most 16384 completion tokens',
    'max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens',
    '`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is less than the `context_window` for this model',
    'Image is too large for processing',
  ])('in the words "%s" it is not', (words) => {
    expect(isContextOverflow(Object.assign(new Error(words), { status: 400 }))).toBe(false);
  });

  test('while a server is away it is not', () => {
    expect(isContextOverflow(new Failure('MODEL_UNAVAILABLE', 'maximum context length'))).toBe(false);
  });
});
