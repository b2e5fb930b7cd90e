import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { agentOn, completed, job, keptItems, testRun } from './fixture.ts';

const folder = new URL('../../examples/agents/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

function read(file: string): JsonObject {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as JsonObject;
}

/** A job whose own message carries the script, as the examples carry none. */
function asking(file: string, what: Script, files: JsonObject = {}) {
  return job(file, read(file), { messages: [{ role: 'user', content: `Begin. ${script(what)}` }], files });
}

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer();
});
afterAll(() => models.close());

test.each(files)('%s can run with nothing but a model', (file) => {
  expect(agentOn(models.url).check(read(file))).toEqual([]);
});

test('research.json keeps its tasks and its report', async () => {
  const todos = [{ content: 'think', status: 'completed' }];
  const rounds = [
    [{ tool: 'write_todos', args: { todos } }],
    [{ tool: 'write_file', args: { file_path: '/report.md', content: '# Bees' } }],
  ];
  const { result } = completed(await agentOn(models.url).run(asking('research.json', { rounds }), testRun()));
  expect(result).toMatchObject({ todos, files: { '/report.md': { content: ['# Bees'] } } });
});

test('editors.json has two specialists to hand tasks to', async () => {
  const rounds = [
    ['writer', 'reviewer'].map((name) => ({ tool: 'task', args: { description: 'x', subagent_type: name } })),
  ];
  const run = testRun();
  completed(await agentOn(models.url).run(asking('editors.json', { rounds }), run));
  const ended = run.events.filter(({ type }) => type === 'on_tool_end');
  expect(ended.map(({ data }) => data['status'])).toEqual(['success', 'success']);
});

test('statistics.json calculates', async () => {
  const table = { '/data.csv': 'day, visits\n1, 4\n2, 10\n3, 1\n4, 5' };
  const rounds = [[{ tool: 'describe_column', args: { path: '/data.csv', column: 'visits' } }]];
  const agent = agentOn(models.url);
  const { result } = completed(await agent.run(asking('statistics.json', { rounds }, table), testRun()));
  const told = '4 numbers from 1 to 10, mean 5, median 4.5';
  expect(models.last()?.messages.at(-1)?.content).toBe(told);
  expect(result).toMatchObject({ files: { '/visits.md': { content: ['# visits', '', told, ''] } } });
  await agent.close();
});

test('desk.json reads its skill, and remembers', async () => {
  const items = keptItems();
  const rounds = [
    [{ tool: 'read_file', args: { file_path: '/skills/refunds/limits.md' } }],
    [{ tool: 'write_file', args: { file_path: '/memories/AGENTS.md', content: 'Ada has order 7.' } }],
  ];
  const agent = agentOn(models.url, {}, undefined, undefined, items);
  completed(await agent.run(asking('desk.json', { rounds }), testRun()));
  const read = models.last()?.messages.find(({ role }) => role === 'tool');
  expect(JSON.stringify(read)).toContain('Up to 50 at once.');
  const kept = await items.of(undefined).get(['filesystem', 'desk'], '/AGENTS.md');
  expect(kept?.value).toMatchObject({ content: 'Ada has order 7.' });
});
