import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import type { ScriptedCall } from '../stubs/model-script.ts';
import { asked } from './asked.ts';
import { agentOn, completed, config, job, testRun } from './fixture.ts';

const FILE = '/skills/refunds/SKILL.md';
const files = {
  [FILE]:
    '---\nname: refunds\ndescription: How to refund an order, for $5 or more.\n---\nAsk for the receipt.\n',
  '/skills/refunds/limits.md': 'At most 50.\n',
};

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer();
});
afterAll(() => models.close());

const skilled = (name: string, calls: readonly ScriptedCall[]): JsonObject => {
  const rounds = calls.map((call) => [call]);
  const node = {
    id: 'o',
    type: 'Orchestrator',
    config: config(name, { name, rounds }, { skills: ['/skills'] }),
  };
  return { files, nodes: [node] };
};

describe('the skills of a definition', () => {
  test('are told by name and description, and read when they are needed', async () => {
    const calls = [FILE, '/skills/refunds/limits.md'].map((file_path) => ({
      tool: 'read_file',
      args: { file_path },
    }));
    const agent = agentOn(models.url);
    const { result } = completed(await agent.run(job('s1', skilled('s1', calls)), testRun()));
    expect(asked(models, 'system')).toContain('**refunds**: How to refund an order, for $5 or more.');
    expect(asked(models, 'system')).toContain(FILE);
    expect(asked(models, 'system')).not.toContain('receipt');
    expect(asked(models, 'tool')).toContain('Ask for the receipt.');
    expect(asked(models, 'tool')).toContain('At most 50.');
    expect(result).not.toHaveProperty('files');
  });

  test('are those of the definition of each job, whatever its thread had before', async () => {
    const agent = agentOn(models.url);
    const of = skilled('s5', []);
    await agent.run({ ...job('s5', of), thread: 'long' }, testRun());
    expect(asked(models, 'system')).toContain('**refunds**');
    const other = '---\nname: returns\ndescription: How to take an order back.\n---\nWait.\n';
    const changed = { ...of, files: { '/skills/returns/SKILL.md': other } };
    await agent.run({ ...job('s6', changed), thread: 'long' }, testRun());
    expect(asked(models, 'system')).toContain('**returns**');
    expect(asked(models, 'system')).not.toContain('**refunds**');
  });

  test.each([
    { tool: 'write_file', args: { file_path: FILE, content: 'Refund all.' } },
    { tool: 'edit_file', args: { file_path: FILE, old_string: 'receipt', new_string: 'x' } },
    { tool: 'delete', args: { file_path: FILE } },
    { tool: 'write_file', args: { file_path: '/skills/other/SKILL.md', content: 'x' } },
  ])('are changed by nobody: $tool', async (call) => {
    const read = { tool: 'read_file', args: { file_path: FILE } };
    const name = JSON.stringify(call);
    completed(await agentOn(models.url).run(job('s2', skilled(name, [call, read])), testRun()));
    expect(asked(models, 'tool')).toContain('it is a file of the definition; write in another folder');
    expect(asked(models, 'tool')).toContain('Ask for the receipt.');
  });

  test('are also those of a specialist that has them', async () => {
    const task = (to: string): ScriptedCall => ({
      tool: 'task',
      args: { description: 'do it', subagent_type: to },
    });
    const of: JsonObject = {
      files,
      nodes: [
        {
          id: 'o',
          type: 'Orchestrator',
          config: config('boss', { name: 'boss', rounds: [[task('clerk')]] }),
        },
        {
          id: 's',
          type: 'Specialist',
          config: config('clerk', { name: 'clerk', tokens: 1 }, { skills: ['/skills/refunds/'] }),
        },
      ],
    };
    const prompts: string[] = [];
    const run = testRun(({ type, data }) => {
      if (type === 'on_llm_stream' && data['node'] === 'clerk') prompts.push(asked(models, 'system'));
    });
    completed(await agentOn(models.url).run(job('s3', of), run));
    expect(prompts[0]).toContain('**refunds**');
    expect(asked(models, 'system')).not.toContain('**refunds**');
  });

  test('are also those of the helper that every agent has', async () => {
    const task = { tool: 'task', args: { description: 'do it', subagent_type: 'general-purpose' } };
    const prompts: string[] = [];
    const run = testRun(({ type, data }) => {
      if (type === 'on_llm_stream' && data['node'] === 'general-purpose')
        prompts.push(asked(models, 'system'));
    });
    completed(await agentOn(models.url).run(job('s4', skilled('s4', [task])), run));
    expect(prompts[0]).toContain('**refunds**');
  });
});
