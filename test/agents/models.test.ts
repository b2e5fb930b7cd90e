import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure, failures } from '../../worker/jobs/rules/failures.ts';
import type { AgentOutcome } from '../../worker/ports.ts';
import type { Script } from '../stubs/model-script.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { agentOn, completed, definition, job, testRun } from './fixture.ts';
import { messages, messageStart } from '../stubs/raw-messages.ts';
import { startRawModel } from '../stubs/raw-model.ts';

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer();
});
afterAll(() => models.close());

async function failureOf(name: string, what: Script, url = models.url) {
  const running = agentOn(url).run(job(name, definition({ name, ...what })), testRun());
  return running.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a model server that refuses', () => {
  test.each([
    [400, 'MODEL_REFUSED'],
    [401, 'MODEL_KEY_REFUSED'],
    [403, 'MODEL_KEY_REFUSED'],
    [404, 'MODEL_REFUSED'],
    [422, 'MODEL_REFUSED'],
    [408, 'MODEL_UNAVAILABLE'],
    [409, 'MODEL_UNAVAILABLE'],
    [429, 'MODEL_UNAVAILABLE'],
    [500, 'MODEL_UNAVAILABLE'],
    [503, 'MODEL_UNAVAILABLE'],
  ] as const)('with %d is %s', async (status, code) => {
    const failure = await failureOf(`status-${status}`, { fail: { status, times: 99, message: 'because' } });
    expect(failure).toMatchObject({ code, message: expect.stringContaining(`answered ${status}`) });
  });

  test.each([
    [429, 'You exceeded your current quota, please check your plan and billing details.'],
    [400, 'Your credit balance is too low to access the API.'],
    [402, 'Insufficient Balance'],
  ])('with %d because no quota is left is not waited for as for a busy one', async (status, message) => {
    const failure = await failureOf(`quota-${status}`, { fail: { status, times: 99, message } });
    expect(failure).toMatchObject({
      code: 'MODEL_KEY_REFUSED',
      message: expect.stringContaining('no quota left'),
    });
  });

  test('its key does not find the key in the failure', async () => {
    const message = 'Incorrect API key provided: sk-secret-of-the-worker';
    const failure = await failureOf('key', { fail: { status: 401, times: 99, message } });
    expect(failure).toMatchObject({ message: expect.not.stringContaining('sk-secret') });
  });

  test('is tried again by the job, which goes on where it was', async () => {
    const rounds = [[{ tool: 'ls', args: { path: '/' } }]];
    const of = definition({ name: 'twice', rounds, fail: { status: 503, times: 2 }, text: 'there' });
    const agent = agentOn(models.url);
    const codes: unknown[] = [];
    const attempt = (): Promise<AgentOutcome | undefined> =>
      agent.run(job('twice', of), testRun()).catch((error: unknown) => {
        codes.push(error instanceof Failure ? error.code : error);
        return undefined;
      });
    let outcome = await attempt();
    while (outcome === undefined && codes.length < 10) outcome = await attempt();
    expect(outcome).toMatchObject({ kind: 'completed', result: { output: 'there' } });
    expect(new Set(codes)).toEqual(new Set(['MODEL_UNAVAILABLE']));
    // Each of the two calls was refused twice and then made.
    expect(models.steps('twice')).toEqual([3, 3]);
  });
});

describe('a model server that is not there', () => {
  test('is a failure that passes', async () => {
    const failure = await failureOf('nobody', {}, 'http://127.0.0.1:9/v1');
    expect(failure).toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('cannot reach the model'),
    });
    expect(failures.MODEL_UNAVAILABLE.retry).toBe('patient');
  });

  test('any more in the middle of an answer is one as well', async () => {
    const failure = await failureOf('cut', { tokens: 40, tokenMs: 1, cut: true });
    expect(failure).toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });
});

test('no other server is asked for anything', async () => {
  // LangChain counts tokens with tables from elsewhere when a server reports no usage and streaming is forced.
  const original = globalThis.fetch;
  const asked: string[] = [];
  globalThis.fetch = (input, init) => {
    asked.push(new URL(input instanceof Request ? input.url : input).host);
    return original(input, init);
  };
  try {
    await agentOn(models.url).run(
      job('alone', definition({ rounds: [[{ tool: 'ls', args: { path: '/' } }]] })),
      testRun(),
    );
  } finally {
    globalThis.fetch = original;
  }
  expect(asked.filter((host) => host !== new URL(models.url).host)).toEqual([]);
  expect(models.last()).toBeDefined();
});

test.each([
  ['chat', '/v1/chat/completions'],
  ['responses', '/v1/responses'],
] as const)('openai is asked over %s with the worker’s key', async (openaiApi, path) => {
  const server = await startRawModel(() => ({ status: 400, body: '{"error":{"message":"enough"}}' }));
  const running = agentOn(`${server.origin}/v1`, { openaiApi }).run(job('key', definition({})), testRun());
  await expect(running).rejects.toMatchObject({ code: 'MODEL_REFUSED' });
  await server.close();
  const authorization = 'Bearer sk-secret-of-the-worker';
  expect(server.heads).toMatchObject([{ path, headers: { authorization } }]);
});

test('anthropic speaks its own protocol, with the worker’s key', async () => {
  const requests: { path: string | undefined; key: unknown; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      requests.push({ path: request.url, key: request.headers['x-api-key'], body });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(anthropicAnswer(['Good ', 'day.']));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = agentOn(models.url, { anthropic: { apiKey: 'key', baseUrl: `http://127.0.0.1:${port}` } });
  const model = { provider: 'anthropic', model: 'claude-sonnet-4-5' };
  const of = { nodes: [{ id: 'a', type: 'Orchestrator', config: { name: 'a', system_prompt: 'p', model } }] };
  const run = testRun();
  const { result } = completed(await agent.run(job('anthropic', of), run));
  server.close();
  expect(result['output']).toBe('Good day.');
  expect(requests).toMatchObject([{ path: '/v1/messages', key: 'key' }]);
  const tokens = run.events.flatMap(({ type, data }) => (type === 'on_llm_stream' ? [data['content']] : []));
  expect(tokens).toEqual(['Good ', 'day.']);
});

/** A streamed message of the Messages API. */
function anthropicAnswer(texts: readonly string[]): string {
  const events = [
    messageStart,
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...texts.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  ];
  return messages(events);
}
