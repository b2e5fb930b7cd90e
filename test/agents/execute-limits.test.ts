import { MemorySaver } from '@langchain/langgraph';
import { afterAll, describe, expect, test } from 'vitest';
import { startModelServer } from '../stubs/model-server.ts';
import { agentOn, completed, definition, job, loseLease, slow, teamOf, testRun } from './fixture.ts';

const models = await startModelServer();
afterAll(() => models.close());

describe('a limit', () => {
  test('of steps', async () => {
    const rounds = Array.from({ length: 20 }, () => [{ tool: 'ls', args: { path: '/' } }]);
    const running = agentOn(models.url, { recursionLimit: 10 }).run(
      job('steps', definition({ rounds })),
      testRun(),
    );
    await expect(running).rejects.toMatchObject({ code: 'RECURSION_LIMIT' });
  });

  test('of tokens ends the job before the call that would exceed it', async () => {
    const rounds = Array.from({ length: 20 }, () => [{ tool: 'ls', args: { path: '/' } }]);
    const agent = agentOn(models.url, { tokenBudget: 50 });
    const of = definition({ name: 'budget', rounds });
    // Each scripted call uses 20 tokens.
    await expect(agent.run(job('budget', of), testRun())).rejects.toMatchObject({ code: 'TOKEN_BUDGET' });
    expect(models.steps('budget')).toHaveLength(3);
    await expect(
      agent.run(job('budget', of), testRun()),
      'another attempt does not start from zero',
    ).rejects.toMatchObject({ code: 'TOKEN_BUDGET' });
    expect(models.steps('budget')).toEqual([1, 1, 1]);
  });

  test('of tokens counts what specialists used before the job was interrupted', async () => {
    const team = teamOf('spender', 'spending', slow);
    const saver = new MemorySaver();
    await loseLease(agentOn(models.url, { tokenBudget: 70 }, saver), job('spent', team));
    const second = agentOn(models.url, { tokenBudget: 70 }, saver);
    // 60 tokens before, 20 of them the orchestrator's; the specialist's answer makes it 72.
    await expect(second.run(job('spent', team), testRun())).rejects.toMatchObject({
      code: 'TOKEN_BUDGET',
      message: 'the job has used 72 tokens, and its budget is 70',
    });
    expect(models.steps('spending')).toEqual([1, 1, 1]);
    expect(models.steps('spender'), 'its last call is not made').toEqual([1]);
    await second.close();
  });

  test('of tokens does not touch a job within it', async () => {
    const agent = agentOn(models.url, { tokenBudget: 50 });
    expect(completed(await agent.run(job('cheap', definition({})), testRun())).result['output']).toBe(
      'All done.',
    );
  });
});
