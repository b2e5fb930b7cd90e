import { afterAll, beforeAll, expect, test } from 'vitest';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import type { ScriptedCall } from '../stubs/model-script.ts';
import { agentOn, completed, config, job, testRun } from './fixture.ts';

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer();
});
afterAll(() => models.close());

const told = () =>
  (models.last()?.messages ?? []).flatMap(({ role, content }) => (role === 'tool' ? [content] : []));

/** An agent with a field `proposals`, a tool that adds to it, and one that counts. */
function proposing(name: string, runtime: { readonly kind: string; readonly script: string }) {
  const propose = 'export default ({ path }) => ({ content: "noted", update: { proposals: [path] } })';
  const state_schema = { proposals: { type: 'list' } };
  const calls: readonly ScriptedCall[] = [{ tool: 'propose', args: { path: 'x' } }, { tool: 'count' }];
  const rounds = calls.map((call) => [call]);
  return {
    tool_definitions: [
      { name: 'propose', description: 'adds', runtime: { kind: 'quickjs', script: propose } },
      { name: 'count', description: 'counts', runtime: { ...runtime } },
    ],
    nodes: [
      {
        id: 'a',
        type: 'Orchestrator',
        config: config('a', { name, rounds }, { tools: ['propose', 'count'], state_schema }),
      },
    ],
  };
}

test('declared fields are in the result, in events and in the state of scripts', async () => {
  const agent = agentOn(models.url);
  const run = testRun();
  const script = 'export default (_, { state }) => `proposals=${state.proposals.length}`';
  const of = proposing('fields', { kind: 'quickjs', script });
  const { result } = completed(await agent.run(job('fields', of), run));
  await agent.close();
  expect(told()).toEqual(['noted', 'proposals=1']);
  expect(result['state']).toEqual({ proposals: ['x'] });
  expect(run.events.findLast(({ type }) => type === 'on_state_update')?.data['proposals']).toEqual(['x']);
});

test('a Python tool gets the field that it asks for, the whole state, and the conversation', async () => {
  const script = `
from typing import Annotated, Any
class InjectedState:
    def __init__(self, field=None): self.field = field
def count(files: Annotated[dict, InjectedState("files")], proposals: Annotated[Any, InjectedState("proposals")], state: Annotated[dict, InjectedState]) -> str:
    "Counts."
    return f"files={sorted(files)} proposals={proposals} keys={sorted(state)} messages={len(state['messages'])}"
`;
  const agent = agentOn(models.url, { python: 'subprocess', toolMemoryMb: 256 });
  const of = proposing('python', { kind: 'python', script });
  const input = { messages: [{ role: 'user', content: 'hello' }], files: { '/a.md': 'x' } };
  completed(await agent.run(job('python', of, input), testRun()));
  await agent.close();
  expect(told().at(-1)).toBe(
    "files=['/a.md'] proposals=['x'] keys=['files', 'messages', 'proposals'] messages=4",
  );
});

test('a path without a slash is one of the same files', async () => {
  const rounds = [
    [{ tool: 'write_file', args: { file_path: 'report.md', content: 'text' } }],
    [{ tool: 'read_file', args: { file_path: './report.md' } }],
    [{ tool: 'ls', args: { path: '.' } }],
  ];
  const of = {
    nodes: [{ id: 'a', type: 'Orchestrator', config: config('a', { name: 'relative', rounds }) }],
  };
  const { result } = completed(await agentOn(models.url).run(job('relative', of), testRun()));
  expect(Object.keys(result['files'] as object)).toEqual(['/report.md']);
  expect(told()).toEqual([
    expect.stringContaining('/report.md'),
    expect.stringContaining('text'),
    expect.stringContaining('/report.md'),
  ]);
});
