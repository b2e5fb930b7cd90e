import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needsOf } from '../../worker/agents/definition/needs.ts';
import type { JsonObject } from '../../worker/json.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { startRawMcp } from '../stubs/raw-mcp.ts';
import type { McpMessage } from '../stubs/raw-mcp.ts';
import { agentOn, completed, config, job, testRun } from './fixture.ts';

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer();
});
afterAll(() => models.close());

function calling(runtime: JsonObject, tools = ['echo']): JsonObject {
  const what = tools.length === 0 ? { text: 'All done.' } : { rounds: [[{ tool: 'echo', args: {} }]] };
  return {
    tool_definitions: [{ name: 'echo', runtime: { kind: 'mcp', ...runtime } }],
    nodes: [
      {
        id: 'a',
        type: 'Orchestrator',
        config: config('a', { name: JSON.stringify(runtime), ...what }, { tools }),
      },
    ],
  };
}

/** What comes of a job that calls a tool of the worker's server `own`, or of the same by its address. */
async function ask(handle: (message: McpMessage) => boolean, by: 'name' | 'address' = 'name') {
  const server = await startRawMcp(handle);
  const heard: string[] = [];
  const mcpServers = { own: { url: server.url, headers: { authorization: 'Bearer of-the-worker' } } };
  const agent = agentOn(
    models.url,
    { mcpServers, toolTimeoutMs: 1_000 },
    undefined,
    (source) => void heard.push(source),
  );
  const of = calling(by === 'name' ? { server: 'own' } : { url: server.url });
  try {
    completed(await agent.run(job('j', of), testRun()));
    const told = models.last()?.messages.flatMap(({ role, content }) => (role === 'tool' ? [content] : []));
    return { told, heard, failure: undefined, methods: server.methods };
  } catch (failure) {
    return { told: [], heard, failure, methods: server.methods };
  } finally {
    await agent.close();
    await server.close();
  }
}

/** Answers messages of this method with a status. */
const refusing =
  (method: string, code: number, body = '', headers = {}) =>
  (message: McpMessage): boolean => {
    if (message.method !== method) return false;
    message.status(code, body, headers);
    return true;
  };

describe('a server that refuses', () => {
  test.each([
    ['initialize', 401, 'TOOL_KEY_REFUSED'],
    ['initialize', 403, 'TOOL_KEY_REFUSED'],
    ['tools/list', 401, 'TOOL_KEY_REFUSED'],
    ['tools/call', 401, 'TOOL_KEY_REFUSED'],
    ['initialize', 503, 'TOOL_UNAVAILABLE'],
    ['initialize', 404, 'TOOL_UNAVAILABLE'],
    ['tools/call', 502, 'TOOL_UNAVAILABLE'],
  ] as const)('%s with %d is %s, said of the server', async (method, status, code) => {
    const { failure } = await ask(refusing(method, status));
    expect(failure).toMatchObject({ code, source: 'mcp:own' });
  });

  test('credentials that the worker does not have: its definition cannot run', async () => {
    const { failure } = await ask(refusing('initialize', 401), 'address');
    expect(failure).toMatchObject({ code: 'TOOL_FAILED', source: undefined });
  });

  test.each([
    ['tools/list', '120', 120_000],
    ['tools/call', '5', 5_000],
  ])('%s for a while is left alone for as long as it says', async (method, seconds, retryAfterMs) => {
    const { failure, methods } = await ask(refusing(method, 429, '', { 'retry-after': seconds }));
    expect(failure).toMatchObject({ code: 'TOOL_UNAVAILABLE', source: 'mcp:own', retryAfterMs });
    expect(
      methods.filter((one) => one === method),
      'no library asks again by itself',
    ).toHaveLength(1);
  });

  test('one call alone says nothing of the server', async () => {
    const { failure } = await ask(refusing('tools/call', 500));
    expect(failure).toMatchObject({ code: 'TOOL_UNAVAILABLE', source: undefined });
  });

  test('the arguments with a status of HTTP tells the model', async () => {
    const error = { jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'q is required' } };
    const { told } = await ask(refusing('tools/call', 400, JSON.stringify(error)));
    expect(told).toEqual([expect.stringContaining('q is required')]);
  });

  test('words of a page of it are not told to anybody', async () => {
    const { failure } = await ask(refusing('tools/call', 422, '<h1>the intranet</h1>'));
    expect(JSON.stringify(failure)).not.toContain('intranet');
    expect(failure).toMatchObject({ code: 'TOOL_UNAVAILABLE' });
  });
});

test('a server that answers is heard of, so that jobs which wait for it may follow', async () => {
  const { heard } = await ask(() => false);
  expect(new Set(heard)).toEqual(new Set(['mcp:own']));
});

test('the stream of a call that ends without an answer is told to the model, and the call made once', async () => {
  const { told, methods } = await ask((message) => {
    if (message.method !== 'tools/call') return false;
    message.event({ method: 'notifications/message', params: { level: 'info', data: 'x' } });
    message.response.end();
    return true;
  });
  expect(told).toEqual([expect.stringContaining('did not answer')]);
  expect(methods.filter((method) => method === 'tools/call')).toHaveLength(1);
});

test('tools that no node lists, and optional ones, are not needed', () => {
  expect(needsOf(calling({ server: 'own' }))).toEqual(['openai', 'mcp:own']);
  expect(needsOf(calling({ server: 'own', optional: true }))).toEqual(['openai']);
  expect(needsOf(calling({ server: 'own' }, []))).toEqual(['openai']);
});
