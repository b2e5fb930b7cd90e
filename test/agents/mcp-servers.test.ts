import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgentSettings } from '../../worker/agents/settings.ts';
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

function calling(url: string, more: JsonObject = {}, times = 1): JsonObject {
  const rounds = Array.from({ length: times }, () => [{ tool: 'echo', args: {} }]);
  return {
    tool_definitions: [{ name: 'echo', runtime: { kind: 'mcp', url, ...more } }],
    nodes: [
      { id: 'a', type: 'Orchestrator', config: config('a', { name: url, rounds }, { tools: ['echo'] }) },
    ],
  };
}

/** What the model read of the tool of one job, and what the server was asked. */
async function ask(
  handle: (message: McpMessage) => boolean | Promise<boolean>,
  { settings = {}, times = 1 }: { settings?: Partial<AgentSettings>; times?: number } = {},
) {
  const server = await startRawMcp(handle);
  const agent = agentOn(models.url, settings);
  const run = testRun();
  try {
    completed(await agent.run(job('j', calling(server.url, {}, times)), run));
    await agent.close();
    const messages = models.last()?.messages ?? [];
    const told = messages.flatMap(({ role, content }) => (role === 'tool' ? [content] : []));
    return { told, messages, run, methods: server.methods, failure: undefined };
  } catch (failure) {
    return { told: [], messages: [], run, methods: server.methods, failure };
  } finally {
    await server.close();
  }
}

const echo = { name: 'echo', inputSchema: { type: 'object' } };

/** Answers the question for tools. */
const offering = (result: JsonObject) => (message: McpMessage) => {
  if (message.method === 'tools/list') message.ok(result);
  return message.method === 'tools/list';
};

/** Answers each call. */
const answering = (answer: (message: McpMessage) => void) => (message: McpMessage) => {
  if (message.method === 'tools/call') answer(message);
  return message.method === 'tools/call';
};

describe('a list of tools', () => {
  test.each([
    ['whose last cursor is empty', { tools: [echo], nextCursor: '' }],
    ['whose cursor is always the same', { tools: [echo], nextCursor: 'again' }],
    ['whose last cursor is null', { tools: [echo], nextCursor: null }],
    ['with a tool that has no schema', { tools: [{ name: 'broken' }, { name: 7 }, echo] }],
    [
      'with a schema of an output that cannot be compiled',
      { tools: [{ ...echo, outputSchema: { $ref: '#/nowhere' } }] },
    ],
  ])('%s is read', async (_, result) => {
    const { told, methods } = await ask(offering(result));
    expect(told).toEqual(['echoed']);
    expect(methods.filter((method) => method === 'tools/list').length).toBeLessThanOrEqual(2);
  });

  test('without end has one', async () => {
    let page = 0;
    const { methods } = await ask((message) =>
      offering({ tools: [echo], nextCursor: `p${(page += 1)}` })(message),
    );
    expect(methods.filter((method) => method === 'tools/list').length).toBeLessThanOrEqual(100);
  });

  test('of a server that no node uses is not asked for', async () => {
    const agent = agentOn(models.url);
    const of = calling('http://127.0.0.1:9/mcp');
    const [node] = of['nodes'] as JsonObject[];
    const idle = { ...of, nodes: [{ ...node, config: config('a', { text: 'fine' }) }] };
    expect(completed(await agent.run(job('idle', idle), testRun())).result['output']).toBe('fine');
  });

  test('of an optional server that is away is gone on without', async () => {
    const of = calling('http://127.0.0.1:9/mcp', { optional: true }, 0);
    completed(await agentOn(models.url).run(job('optional', of), testRun()));
    expect(models.last()?.tools?.map((one) => one.function.name)).not.toContain('echo');
  });
});

describe('a result', () => {
  const png = { type: 'image', data: 'iVBORw0KGgo=', mimeType: 'image/png' };
  test('is shown with its images, texts of resources and names of links', async () => {
    const resource = { type: 'resource', resource: { uri: 'file:///a.csv', text: 'north,17' } };
    const link = { type: 'resource_link', uri: 'file:///big.csv', name: 'big' };
    const content = [{ type: 'text', text: 'A chart:' }, png, resource, link];
    const { told, messages } = await ask(answering((message) => message.ok({ content })));
    expect(told).toEqual([
      'A chart:\n[an image, shown below]\n[file:///a.csv]\nnorth,17\n[link big: file:///big.csv]',
    ]);
    const url = 'data:image/png;base64,iVBORw0KGgo=';
    expect(messages.at(-1)).toMatchObject({
      role: 'user',
      content: [{ type: 'text' }, { type: 'image_url', image_url: { url } }],
    });
  });

  test('that has no end costs its call', async () => {
    const { failure } = await ask(
      answering(({ response }) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(1024 * 1024)));
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      }),
      { settings: { toolTimeoutMs: 20_000 } },
    );
    expect(failure).toMatchObject({ code: 'TOOL_UNAVAILABLE' });
  });

  test('shows no header of the worker', async () => {
    const content = [{ type: 'text', text: 'you sent Bearer of-the-worker, that is of-the-worker' }];
    const server = await startRawMcp(answering((message) => message.ok({ content })));
    const headers = { authorization: 'Bearer of-the-worker' };
    const agent = agentOn(models.url, { mcpServers: { own: { url: server.url, headers } } });
    const of = calling(server.url);
    const named = { ...of, tool_definitions: [{ name: 'echo', runtime: { kind: 'mcp', server: 'own' } }] };
    const run = testRun();
    completed(await agent.run(job('hidden', named), run));
    expect(JSON.stringify([run.events, models.last()])).not.toContain('of-the-worker');
    await agent.close();
    await server.close();
  });
});

describe('a call', () => {
  test('that is not answered in time is told to the model, and made once', async () => {
    const { told, methods } = await ask(
      answering(() => {}),
      { settings: { toolTimeoutMs: 300 } },
    );
    expect(told).toEqual([expect.stringContaining('did not answer within 0.3 s')]);
    expect(methods.filter((method) => method === 'tools/call')).toHaveLength(1);
  });

  test('may take longer while it tells of its progress', async () => {
    const { told } = await ask(
      answering((message) => {
        const meta = message.params['_meta'] as JsonObject;
        let progress = 0;
        const timer = setInterval(() => {
          progress += 1;
          const params = { progressToken: meta['progressToken'] ?? null, progress };
          if (progress < 8) return message.event({ method: 'notifications/progress', params });
          clearInterval(timer);
          message.event({ result: { content: [{ type: 'text', text: 'at last' }] } });
          message.response.end();
        }, 100);
      }),
      { settings: { toolTimeoutMs: 400 } },
    );
    expect(told).toEqual(['at last']);
  });

  test('is redirected within its origin, and nowhere else', async () => {
    const slash = await ask(({ path, status }) => {
      if (path === '/mcp') status(307, '', { location: '/mcp/' });
      return path === '/mcp';
    });
    expect(slash.told).toEqual(['echoed']);
    const other = await ask(({ status }) => {
      status(307, '', { location: 'http://127.0.0.1:9/mcp' });
      return true;
    });
    expect(other.failure).toMatchObject({ message: expect.stringContaining('redirects elsewhere') });
  });

  test('that fails quotes nothing of the server', async () => {
    const { failure } = await ask(({ status }) => {
      status(500, 'the secret of the intranet');
      return true;
    });
    expect(failure).toMatchObject({
      code: 'TOOL_UNAVAILABLE',
      message: expect.stringMatching(/HTTP status 500$/),
    });
  });
});

test('each job has a session of its own, which ends with it', async () => {
  const sessions: unknown[] = [];
  const server = await startRawMcp((message) =>
    answering(({ session, ok }) => {
      sessions.push(session);
      ok({ content: [] });
    })(message),
  );
  const agent = agentOn(models.url);
  for (const id of ['one', 'two']) completed(await agent.run(job(id, calling(server.url, {}, 2)), testRun()));
  await agent.close();
  expect(sessions).toHaveLength(4);
  expect(new Set(sessions).size).toBe(2);
  expect(
    server.methods.filter((method) => method === 'tools/list'),
    'asked once for both',
  ).toHaveLength(1);
  expect(server.methods.filter((method) => method === 'DELETE').length).toBeGreaterThanOrEqual(2);
  await server.close();
});

test('an initialization that hangs is not kept', async () => {
  let first = true;
  const { told, failure } = await ask(
    ({ method }) => {
      const hangs = first && method === 'initialize';
      if (hangs) first = false;
      return hangs;
    },
    { settings: { toolTimeoutMs: 300 } },
  );
  expect(told).toEqual([]);
  expect(failure).toMatchObject({
    code: 'TOOL_UNAVAILABLE',
    message: expect.stringContaining('does not answer'),
  });
});
