import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { until } from '../engine/until.ts';
import { startModelServer } from '../stubs/model-server.ts';
import { agentOn, completed, definition, job, testRun } from './fixture.ts';

const models = await startModelServer();
const bodies: string[] = [];
const langsmith = createServer((request, response) => {
  void text(request).then((body) => {
    bodies.push(body);
    response.end('{}');
  });
}).listen(0, '127.0.0.1');

beforeAll(async () => {
  if (!langsmith.listening) await once(langsmith, 'listening');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  langsmith.close();
  langsmith.closeAllConnections();
  await models.close();
});

async function runJob(name: string, answer: string): Promise<void> {
  const agent = agentOn(models.url);
  completed(await agent.run(job(name, definition({ name, text: answer })), testRun()));
  await agent.close();
}

test('LangSmith is told of jobs where its own variables ask for it, and of none before', async () => {
  const { port } = langsmith.address() as AddressInfo;
  vi.stubEnv('LANGSMITH_ENDPOINT', `http://127.0.0.1:${port}`);
  vi.stubEnv('LANGSMITH_API_KEY', 'lsv2_key');
  await runJob('unseen', 'Nobody else reads this.');
  vi.stubEnv('LANGSMITH_TRACING', 'true');
  await runJob('seen', 'LangSmith reads this.');
  const told = () => bodies.join('\n');
  await until('LangSmith is told', () => Promise.resolve(told().includes('LangSmith reads this.')), {
    seconds: 60,
  });
  expect(told()).not.toContain('Nobody else reads this.');
});
