import { expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { chat, delta, toolCall } from '../stubs/raw-chat.ts';
import { callBlock, messages } from '../stubs/raw-messages.ts';
import { startRawModel } from '../stubs/raw-model.ts';
import { agentOn, definition, job, testRun } from './fixture.ts';

const toOpenai = definition({});
const lists = toolCall('ls', '{"path":"/"}');
const chatting = (usage: JsonObject): string => chat([lists, { ...delta({}, 'tool_calls'), ...usage }]);
const zero = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

const toAnthropic = {
  nodes: [
    {
      id: 'main',
      type: 'Orchestrator',
      config: { name: 'main', system_prompt: 'x'.repeat(800), model: { provider: 'anthropic', model: 'm' } },
    },
  ],
};
const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [] };
const claude = messages([
  { type: 'message_start', message: { ...message, usage: { input_tokens: 0, output_tokens: 0 } } },
  ...callBlock('ls', { path: '/' }),
  { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 0 } },
  { type: 'message_stop' },
]);

test.each([
  { says: 'nothing', of: toOpenai, body: chatting({}) },
  { says: 'null', of: toOpenai, body: chatting({ usage: null }) },
  { says: '0 in chat completions', of: toOpenai, body: chatting({ usage: zero }) },
  { says: '0 in messages', of: toAnthropic, body: claude },
])('TOKEN_BUDGET goes by an estimate where the server says $says of its tokens', async ({ of, body }) => {
  const server = await startRawModel(() => ({ body }));
  const anthropic = { apiKey: 'sk-key-of-anthropic', baseUrl: server.origin };
  const tokenBudget = 2_000;
  const agent = agentOn(`${server.origin}/v1`, { tokenBudget, anthropic });
  await expect(agent.run(job('endless', of), testRun())).rejects.toMatchObject({ code: 'TOKEN_BUDGET' });
  const bytes = server.requests.map(({ system = '', messages }) => JSON.stringify([system, messages]).length);
  const tokens = bytes.reduce((sum, length) => sum + length / 4, 0);
  expect(server.requests.length).toBeGreaterThan(1);
  expect(tokens / tokenBudget, 'about four characters a token').toBeGreaterThan(0.5);
  expect(tokens / tokenBudget).toBeLessThan(2);
  await agent.close();
  await server.close();
});
