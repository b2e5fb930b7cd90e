import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { startMcpServer } from '../stubs/mcp-server.ts';
import type { McpStub } from '../stubs/mcp-server.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { agentOn, completed, config, job, testRun } from './fixture.ts';

let models: ModelServer;
let tools: McpStub;
beforeAll(async () => {
  models = await startModelServer();
  tools = await startMcpServer();
});
afterAll(async () => {
  await models.close();
  await tools.close();
});

function calling(name: string, tool: string, args: JsonObject, runtime: JsonObject): JsonObject {
  return {
    tool_definitions: [{ name: 'remote', runtime: { kind: 'mcp', tool, ...runtime } }],
    nodes: [
      {
        id: 'a',
        type: 'Orchestrator',
        config: config('a', { name, rounds: [[{ tool: 'remote', args }]] }, { tools: ['remote'] }),
      },
    ],
  };
}

/** What the model read as the answer of the tool. */
const told = () => models.last()?.messages.find(({ role }) => role === 'tool')?.content;

test('a tool of a server answers, described by the server', async () => {
  const agent = agentOn(models.url);
  const run = testRun();
  completed(await agent.run(job('mcp', calling('mcp', 'add', { a: 2, b: 3 }, { url: tools.url })), run));
  expect(told()).toBe('5');
  const face = models.last()?.tools?.find((one) => one.function.name === 'remote')?.function;
  expect(face).toMatchObject({ description: 'Adds two numbers', parameters: { required: ['a', 'b'] } });
  expect(JSON.stringify(face), 'without its regular expressions').not.toContain('pattern');
  await agent.close();
});

test('a server of the worker gets the worker’s credentials, one by address gets none', async () => {
  const headers = { authorization: 'Bearer of-the-worker' };
  const agent = agentOn(models.url, { mcpServers: { sums: { url: tools.url, headers } } });
  tools.requests.length = 0;
  await agent.run(job('named', calling('named', 'add', { a: 1, b: 1 }, { server: 'sums' })), testRun());
  expect(new Set(tools.requests.map(({ authorization }) => authorization))).toEqual(
    new Set(['Bearer of-the-worker']),
  );
  await agent.close();
  tools.requests.length = 0;
  const other = agentOn(models.url);
  await other.run(job('by-url', calling('by-url', 'add', { a: 1, b: 1 }, { url: tools.url })), testRun());
  expect(new Set(tools.requests.map(({ authorization }) => authorization))).toEqual(new Set([undefined]));
  await other.close();
});

test('a call has a key that names the job and its place in it', async () => {
  const agent = agentOn(models.url);
  await agent.run(job('keyed', calling('keyed', 'key', {}, { url: tools.url })), testRun());
  expect(told()).toMatch(/^keyed\/tools:[0-9a-f-]{36}\/0$/);
  await agent.close();
});

test('an error of the tool is for the model to read', async () => {
  const agent = agentOn(models.url);
  const { result } = completed(
    await agent.run(job('sad', calling('sad', 'fail', {}, { url: tools.url })), testRun()),
  );
  expect(told()).toBe('Error: no such city');
  expect(result['output']).toBe('All done.');
  await agent.close();
});

test('a tool that the server does not have is a mistake in the definition', async () => {
  const agent = agentOn(models.url);
  const running = agent.run(job('absent', calling('absent', 'divide', {}, { url: tools.url })), testRun());
  await expect(running).rejects.toMatchObject({
    code: 'INVALID_DEFINITION',
    message: expect.stringMatching(/no tool "divide" for remote that can be used; it has add, /),
  });
  await agent.close();
});

test('a server that is not there, then is, costs an attempt and no more', async () => {
  const spare = await startMcpServer();
  const { port } = new URL(spare.url);
  await spare.close();
  const agent = agentOn(models.url);
  const of = calling('late', 'add', { a: 1, b: 2 }, { url: spare.url });
  await expect(agent.run(job('late', of), testRun())).rejects.toMatchObject({
    code: 'TOOL_UNAVAILABLE',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
  const back = await startMcpServer(Number(port));
  completed(await agent.run(job('late', of), testRun()));
  expect(told()).toBe('3');
  await agent.close();
  await back.close();
});

test('a server that is started anew is asked again within the call', async () => {
  const first = await startMcpServer();
  const agent = agentOn(models.url);
  await agent.run(job('before', calling('before', 'add', { a: 1, b: 2 }, { url: first.url })), testRun());
  await first.close();
  const second = await startMcpServer(Number(new URL(first.url).port));
  completed(
    await agent.run(job('after', calling('before', 'add', { a: 1, b: 2 }, { url: first.url })), testRun()),
  );
  expect(told()).toBe('3');
  await agent.close();
  await second.close();
});
