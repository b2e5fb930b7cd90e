import { MemorySaver } from '@langchain/langgraph';
import { afterAll, describe, expect, test } from 'vitest';
import { startModelServer } from '../stubs/model-server.ts';
import {
  agentOn,
  completed,
  definition,
  job,
  loseLease,
  quick,
  slow,
  slowFor,
  teamOf,
  testRun,
  toolsStarted,
} from './fixture.ts';

const models = await startModelServer();
afterAll(() => models.close());

describe('a job that was interrupted', () => {
  const rounds = [
    [{ tool: 'quick', args: { n: 'A' } }],
    [{ tool: 'slow', args: { n: 'B' } }],
    [{ tool: 'quick', args: { n: 'C' } }],
  ];
  const of = (name: string) => definition({ name, rounds, text: 'through' }, { quick, slow });

  test('in the middle of tool B repeats B and nothing else', async () => {
    const saver = new MemorySaver();
    await loseLease(agentOn(models.url, {}, saver), job('abc', of('abc')));
    const newest = await saver.getTuple({ configurable: { thread_id: 'abc' } });
    const second = agentOn(models.url, {}, saver);
    const again = testRun();
    const { result, resumed } = completed(await second.run(job('abc', of('abc')), again));
    expect(resumed).toBe(true);
    expect(again.starts, 'it says with which step it goes on').toEqual([(newest?.metadata?.step ?? NaN) + 1]);
    expect(result['output']).toBe('through');
    expect(models.steps('abc'), 'no model call is made twice').toEqual([1, 1, 1, 1]);
    expect(toolsStarted(again), 'A is not run again').toEqual(['slow', 'quick']);
    const users = models.last()?.messages.filter((message) => message.role === 'user');
    expect(users, 'the request is there once').toHaveLength(1);
    await second.close();
  });

  test('among parallel tools repeats those that had not answered', async () => {
    const saver = new MemorySaver();
    const both = definition(
      {
        name: 'par',
        rounds: [
          [
            { tool: 'quick', args: { n: 1 } },
            { tool: 'slow', args: { n: 2 } },
          ],
        ],
      },
      // Long enough to be still running when the other has answered, however busy the machine is.
      { quick, slow: slowFor(3_000) },
    );
    const quickHasAnswered = { type: 'on_tool_end', tool: 'quick' } as const;
    await loseLease(agentOn(models.url, {}, saver), job('par', both), quickHasAnswered);
    const again = testRun();
    const second = agentOn(models.url, {}, saver);
    await second.run(job('par', both), again);
    expect(toolsStarted(again)).toEqual(['slow']);
    expect(models.steps('par')).toEqual([1, 1]);
    await second.close();
  });

  test('inside a specialist goes on inside it', async () => {
    const team = teamOf('boss', 'helper', slow);
    const saver = new MemorySaver();
    await loseLease(agentOn(models.url, {}, saver), job('inside', team));
    const second = agentOn(models.url, {}, saver);
    const { resumed } = completed(await second.run(job('inside', team), testRun()));
    expect(resumed).toBe(true);
    expect(models.steps('boss')).toEqual([1, 1]);
    expect(models.steps('helper')).toEqual([1, 1, 1]);
    await second.close();
  });

  test('after its last step gives its result without asking anything again', async () => {
    const saver = new MemorySaver();
    const agent = agentOn(models.url, {}, saver);
    const once = await agent.run(job('fin', definition({ name: 'fin', text: 'kept' })), testRun());
    const twice = completed(
      await agent.run(job('fin', definition({ name: 'fin', text: 'kept' })), testRun()),
    );
    expect(twice.resumed).toBe(true);
    expect(twice.result).toEqual({ ...completed(once).result, usage: { total_tokens: 11 } });
    expect(models.steps('fin')).toEqual([1]);
  });

  test('starts anew once it is forgotten', async () => {
    const agent = agentOn(models.url);
    const of = definition({ name: 'forgotten' });
    await agent.run(job('forgotten', of), testRun());
    await agent.forget(['forgotten', 'never-heard-of']);
    const { resumed } = completed(await agent.run(job('forgotten', of), testRun()));
    expect(resumed).toBe(false);
    expect(models.steps('forgotten')).toEqual([2]);
  });
});
