import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { McpServer } from '../../worker/agents/settings.ts';
import { isJsonObject, parseJson } from '../../worker/json.ts';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { startMcpServer } from '../stubs/mcp-server.ts';
import type { McpStub } from '../stubs/mcp-server.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { client, startOauthFront } from '../stubs/oauth-front.ts';
import type { OauthFront } from '../stubs/oauth-front.ts';
import { agentOn, completed, config, job, testRun } from './fixture.ts';

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer();
});
afterAll(() => models.close());

/** Calls these tools of the worker's server `own`, one after the other. */
function calling(calls: readonly string[], runtime: JsonObject = { server: 'own' }): JsonObject {
  const names = [...new Set(calls)];
  const rounds = calls.map((tool) => [{ tool, args: { a: 2, b: 3 } }]);
  return {
    tool_definitions: names.map((name) => ({ name, runtime: { kind: 'mcp', tool: name, ...runtime } })),
    nodes: [
      {
        id: 'a',
        type: 'Orchestrator',
        config: config('a', { name: JSON.stringify([calls, runtime]), rounds }, { tools: names }),
      },
    ],
  };
}

/** What the model read of the tools in the run that was last. */
const told = (): readonly unknown[] =>
  models.last()?.messages.flatMap(({ role, content }) => (role === 'tool' ? [content] : [])) ?? [];

describe('a server that is a program', () => {
  const program = (more: JsonObject = {}): McpServer => ({
    command: process.execPath,
    args: [join(import.meta.dirname, '../stubs/mcp-program.ts'), 'word'],
    env: { OF_ITS_OWN: 'yes' },
    session: 'job',
    ...more,
  });

  /** What the program said of itself, answer by answer. */
  const itself = (): readonly JsonObject[] =>
    told()
      .map((answer) => parseJson(String(answer)) ?? null)
      .filter(isJsonObject);

  test('answers, is a process of its job alone, sees nothing of the worker’s, and ends with the job', async () => {
    process.env['KEY_OF_THE_WORKER'] = 'hunter2';
    const agent = agentOn(models.url, { mcpServers: { own: program() }, toolTimeoutMs: 60_000 });
    const pids: unknown[] = [];
    for (const id of ['one', 'two']) {
      completed(await agent.run(job(id, calling(['tell', 'tell'])), testRun()));
      const [first, second] = itself();
      expect(first?.['pid']).toBe(second?.['pid']);
      expect(first).toMatchObject({
        words: ['word'],
        variables: expect.arrayContaining(['PATH', 'OF_ITS_OWN']),
      });
      expect(first?.['variables']).not.toContain('KEY_OF_THE_WORKER');
      pids.push(first?.['pid']);
    }
    delete process.env['KEY_OF_THE_WORKER'];
    expect(new Set(pids).size).toBe(2);
    await agent.close();
    for (const pid of pids)
      await until('the program has ended', async () => {
        try {
          return !process.kill(Number(pid), 0);
        } catch {
          return true;
        }
      });
  });

  test('may die in a call: the job is tried again, and the next attempt has another', async () => {
    const agent = agentOn(models.url, { mcpServers: { own: program() }, toolTimeoutMs: 60_000 });
    const dying = agent.run(job('dies', calling(['tell', 'die'])), testRun());
    await expect(dying).rejects.toMatchObject({ code: 'TOOL_UNAVAILABLE' });
    completed(await agent.run(job('lives', calling(['tell'])), testRun()));
    expect(itself()).toMatchObject([{ pid: expect.any(Number) }]);
    await agent.close();
  });

  test('that is not there is named, and left alone like a server that is away', async () => {
    const agent = agentOn(models.url, {
      mcpServers: { own: program({ command: '/not/there' }) },
      toolTimeoutMs: 60_000,
    });
    await expect(agent.run(job('none', calling(['tell'])), testRun())).rejects.toMatchObject({
      code: 'TOOL_UNAVAILABLE',
      source: 'mcp:own',
      message: expect.stringContaining('"own": ENOENT'),
    });
    await agent.close();
  });

  test('is nothing that a definition may name', async () => {
    const agent = agentOn(models.url);
    const asking = agent.run(job('names', calling(['tell'], { command: '/bin/sh' })), testRun());
    await expect(asking).rejects.toMatchObject({ code: 'INVALID_DEFINITION' });
    await agent.close();
  });
});

describe('a server behind OAuth', () => {
  let tools: McpStub;
  let front: OauthFront;
  beforeAll(async () => {
    tools = await startMcpServer();
    front = await startOauthFront(tools.url);
  });
  afterAll(async () => {
    await Promise.all([front.close(), tools.close()]);
  });

  const own = (secret = client.clientSecret) => ({
    own: {
      url: front.url,
      headers: {},
      oauth: { ...client, clientSecret: secret, scope: 'sums', issuer: new URL(front.url).origin },
    },
  });

  test('gives the worker a token for its credentials, which it shows to nobody else', async () => {
    const agent = agentOn(models.url, { mcpServers: own() });
    const run = testRun();
    completed(await agent.run(job('login', calling(['add', 'add'])), run));
    expect(told()).toEqual(['5', '5']);
    const [first] = front.asked;
    expect(first?.body).toContain('grant_type=client_credentials');
    expect(first?.body).toContain('scope=sums');
    expect(JSON.stringify([run, models.last()])).not.toMatch(/known-to-both|token-\d/);
    await agent.close();
  });

  test('that takes a token no longer gives another within the job', async () => {
    const agent = agentOn(models.url, { mcpServers: own() });
    completed(await agent.run(job('before', calling(['add'])), testRun()));
    front.expire();
    completed(await agent.run(job('after', calling(['add'])), testRun()));
    expect(told()).toEqual(['5']);
    await agent.close();
  });

  test('that does not know the credentials costs the job nothing, and is named', async () => {
    const agent = agentOn(models.url, { mcpServers: own('wrong') });
    await expect(agent.run(job('wrong', calling(['add'])), testRun())).rejects.toMatchObject({
      code: 'TOOL_KEY_REFUSED',
      source: 'mcp:own',
      message: expect.not.stringContaining('wrong'),
    });
    await agent.close();
  });

  test('cannot lead the credentials of the worker to another authorization server', async () => {
    const other = await startOauthFront(tools.url);
    const { issuer } = front;
    front.issuer = new URL(other.url).origin;
    const agent = agentOn(models.url, { mcpServers: own() });
    await expect(agent.run(job('led', calling(['add'])), testRun())).rejects.toMatchObject({
      code: 'TOOL_KEY_REFUSED',
      message: expect.stringContaining('another authorization server'),
    });
    expect(other.asked).toEqual([]);
    front.issuer = issuer;
    await agent.close();
    await other.close();
  });

  test('gets no credentials by its address alone', async () => {
    const before = front.asked.length;
    const agent = agentOn(models.url);
    const asking = agent.run(job('address', calling(['add'], { url: front.url })), testRun());
    await expect(asking).rejects.toMatchObject({ code: 'TOOL_FAILED' });
    expect(front.asked.length).toBe(before);
    await agent.close();
  });
});
