import { createServer } from 'node:http';
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { readAgent } from '../../worker/config/agent.ts';
import { readConfig, readLog } from '../../worker/config/config.ts';
import { chat, delta } from '../stubs/raw-chat.ts';
import { block, messageEnd, messages, messageStart, textBlock } from '../stubs/raw-messages.ts';
import { startRawModel } from '../stubs/raw-model.ts';
import { model, node, problems } from './definitions.ts';
import { agentOn, completed, job, testRun } from './fixture.ts';

const KEY = 'key-of-the-gateway';

/** A definition whose one model has these settings. */
function withModel(more: JsonObject, provider = 'openai'): JsonObject {
  return { nodes: [node('a', { model: { provider, model: 'm', ...more } })] };
}

describe('headers of a model', () => {
  const answers = {
    openai: chat([delta({ content: 'fine' }, 'stop')]),
    anthropic: messages([
      messageStart,
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'fine' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    ]),
  };

  test.each(['openai', 'anthropic'] as const)('go with each request to %s', async (provider) => {
    const heard: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      heard.push(request.headers);
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answers[provider]);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const agent = agentOn(`${origin}/v1`, {
      anthropic: { apiKey: 'key', baseUrl: origin },
      headerVariables: { MODEL_HEADER_GATEWAY: KEY },
    });
    const of = withModel(
      { headers: { 'X-Team': 'search' }, header_variables: { 'X-Gateway-Key': 'MODEL_HEADER_GATEWAY' } },
      provider,
    );
    completed(await agent.run(job('headers', of), testRun()));
    server.close();
    expect(heard).toMatchObject([{ 'x-team': 'search', 'x-gateway-key': KEY }]);
  });

  test('that are secret are not handed on when the server says them', async () => {
    const server = await startRawModel(() => ({ body: chat([delta({ content: `it is ${KEY}` }, 'stop')]) }));
    const agent = agentOn(`${server.origin}/v1`, { headerVariables: { MODEL_HEADER_GATEWAY: KEY } });
    const of = withModel({ header_variables: { 'x-gateway-key': 'MODEL_HEADER_GATEWAY' } });
    const run = testRun();
    const { result } = completed(await agent.run(job('secret', of), run));
    await server.close();
    expect(result['output']).toBe('it is ***');
    expect(JSON.stringify(run.events)).not.toContain(KEY);
  });

  test('that are secret come from variables of one prefix, and stay out of the log', () => {
    const environment = { MODEL_HEADER_GATEWAY: ` ${KEY} `, MODEL_HEADER_EMPTY: '', OPENAI_API_KEY: 'sk' };
    expect(readConfig(environment, readAgent)).toMatchObject({
      config: { headerVariables: { MODEL_HEADER_GATEWAY: KEY } },
    });
    expect(readConfig(environment, readLog)).toMatchObject({
      config: { secrets: expect.arrayContaining([KEY]) },
    });
  });
});

describe('the effort of a model of Anthropic', () => {
  const able = { openai: { apiKey: undefined, baseUrl: undefined } };
  const fine = messages([messageStart, ...textBlock('fine'), ...messageEnd('end_turn')]);

  test.each([
    ['none', { thinking: { type: 'disabled' } }],
    ['low', { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }],
    ['max', { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }],
  ])('%s goes with each request', async (effort, asked) => {
    const server = await startRawModel(() => ({ body: fine }));
    const agent = agentOn('', { ...able, anthropic: { apiKey: 'key', baseUrl: server.origin } });
    const of = withModel({ reasoning_effort: effort }, 'anthropic');
    completed(await agent.run(job('effort', of), testRun()));
    await server.close();
    expect(server.requests).toMatchObject([asked]);
  });

  test('and what it has thought comes back with what a tool has answered', async () => {
    const thinking = block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: 'Look first.' },
      { type: 'signature_delta', signature: 'signed' },
    );
    const call = block(
      1,
      { type: 'tool_use', id: 'call_1', name: 'ls', input: {} },
      { type: 'input_json_delta', partial_json: '{"path":"/"}' },
    );
    const answers = [messages([messageStart, ...thinking, ...call, ...messageEnd('tool_use')]), fine];
    const server = await startRawModel((_request, n) => ({ body: answers[n - 1] ?? fine }));
    const agent = agentOn('', { ...able, anthropic: { apiKey: 'key', baseUrl: server.origin } });
    const of = withModel({ reasoning_effort: 'high' }, 'anthropic');
    const { result } = completed(await agent.run(job('thinks', of), testRun()));
    await server.close();
    expect(result['output']).toBe('fine');
    expect(server.requests[1]).toMatchObject({
      messages: [
        { role: 'user' },
        {
          role: 'assistant',
          content: [{ type: 'thinking', thinking: 'Look first.', signature: 'signed' }, { type: 'tool_use' }],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1' }] },
      ],
    });
  });

  test.each([
    [{ reasoning_effort: 'minimal' }, 'reasoning_effort "minimal" is none of provider "anthropic"'],
    [{ reasoning_effort: 'low', temperature: 0 }, 'temperature cannot go with `reasoning_effort`'],
    [{ api: 'responses' }, 'api is a choice of providers "openai" and "azure" alone'],
  ])('is refused where it cannot be: %j', (more, problem) => {
    expect(problems(withModel(more, 'anthropic')).join()).toContain(`nodes[0].config.model.${problem}`);
  });
});

describe('a server that sends requests on', () => {
  const headerVariables = { MODEL_HEADER_GATEWAY: KEY };
  const of = withModel({ header_variables: { 'x-gateway-key': 'MODEL_HEADER_GATEWAY' } });
  const fine = { body: chat([delta({ content: 'fine' }, 'stop')]) };

  test('to another path of its own is followed', async () => {
    const server = await startRawModel((_body, _n, path) =>
      path.startsWith('/moved/')
        ? { status: 307, headers: { location: '/v1/chat/completions' }, body: '' }
        : fine,
    );
    const agent = agentOn(`${server.origin}/moved`, { headerVariables });
    const { result } = completed(await agent.run(job('moved', of), testRun()));
    await server.close();
    expect(result['output']).toBe('fine');
  });

  test('to another server is not: it would get the secrets', async () => {
    const other = await startRawModel(() => fine);
    const location = `${other.origin}/v1/chat/completions`;
    const server = await startRawModel(() => ({ status: 307, headers: { location }, body: '' }));
    const agent = agentOn(`${server.origin}/v1`, { headerVariables });
    await expect(agent.run(job('sent', of), testRun())).rejects.toMatchObject({ code: 'MODEL_REFUSED' });
    await server.close();
    await other.close();
    expect(other.requests).toEqual([]);
  });
});

describe('time-outs of a model', () => {
  test.each([
    ['first_byte_seconds', '', 'said nothing'],
    ['between_bytes_seconds', chat([delta({ content: 'Half' })], ''), 'fell silent'],
    ['whole_seconds', chat([delta({ content: 'Half' })], ''), 'took longer'],
  ])('%s counts before what the worker says', async (name, body, words) => {
    const server = await startRawModel(() => ({ body, after: 'hang' }));
    const agent = agentOn(`${server.origin}/v1`);
    const running = agent.run(job('slow', withModel({ timeouts: { [name]: 1 } })), testRun());
    await expect(running).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringMatching(new RegExp(`${words}.* 1 s`)),
    });
    await server.close();
  });
});

describe('settings of a model that cannot be, all at once', () => {
  const at = 'nodes[0].config.model';

  test('by their shape', () => {
    const timeouts = { first_byte_seconds: 0.5, whole_seconds: 90_000, idle: 3 };
    const wrong = problems(withModel({ timeouts, headers: { 'x-a': 1 } }));
    expect(wrong.toSorted((one, other) => one.localeCompare(other))).toEqual([
      `${at}.headers.x-a expected a text`,
      `${at}.timeouts.first_byte_seconds must be >= 1`,
      `${at}.timeouts.idle is not a field of a definition`,
      `${at}.timeouts.whole_seconds must be <= 86400`,
    ]);
  });

  test('by what they say', () => {
    const headers = {
      'X Team': 'a',
      Host: 'elsewhere',
      Authorization: 'Bearer x',
      'x-lines': 'a\r\nx-more: b',
      'x-twice': 'a',
    };
    const header_variables = {
      'X-Twice': 'MODEL_HEADER_GATEWAY',
      'x-key': 'OPENAI_API_KEY',
      'x-gone': 'MODEL_HEADER_GONE',
      authorization: 'MODEL_HEADER_GATEWAY',
    };
    expect(problems({ nodes: [node('a', { model: { ...model, headers, header_variables } })] })).toEqual([
      `${at}.headers.X Team is no name of a header`,
      `${at}.headers.Host is set by the worker itself`,
      `${at}.headers.Authorization is a credential: name its variable in \`header_variables\``,
      `${at}.headers.x-lines expected a text of visible ASCII letters`,
      `${at}.header_variables.X-Twice is given twice`,
      `${at}.header_variables.x-key expected the name of a variable MODEL_HEADER_…`,
      `${at}.header_variables.x-gone "MODEL_HEADER_GONE" is not set where the worker runs`,
      `${at}.header_variables.authorization is given twice`,
    ]);
  });
});
