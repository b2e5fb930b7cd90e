import { MemorySaver } from '@langchain/langgraph';
import { afterAll, describe, expect, test } from 'vitest';
import { savedBy } from '../../worker/agents/checkpoints/store.ts';
import type { CheckpointStore } from '../../worker/agents/checkpoints/store.ts';
import { Failure } from '../../worker/jobs/rules/failures.ts';
import { startModelServer } from '../stubs/model-server.ts';
import { agentOn, completed, config, definition, job, slow, testRun, toolsStarted } from './fixture.ts';

const models = await startModelServer();
afterAll(() => models.close());

describe('a job that is asked to drain', () => {
  test('ends the step it is in, and goes on after it later', async () => {
    const saver = new MemorySaver();
    const of = definition(
      { name: 'drain', rounds: [[{ tool: 'slow', args: { n: 1 } }], [{ tool: 'slow', args: { n: 2 } }]] },
      { slow },
    );
    const first = agentOn(models.url, {}, saver);
    const run = testRun(({ type }) => {
      if (type === 'on_tool_start') run.draining.abort();
    });
    expect(await first.run(job('drain', of), run)).toEqual({ kind: 'drained' });
    const ended = run.events.filter(({ type }) => type === 'on_tool_end');
    expect(ended, 'the tool in hand is not cut').toHaveLength(1);
    const { resumed } = completed(await first.run(job('drain', of), testRun()));
    expect(resumed).toBe(true);
    expect(models.steps('drain')).toEqual([1, 1, 1]);
    await first.close();
  });

  test('before its first step has its input kept', async () => {
    const agent = agentOn(models.url);
    const of = definition({ name: 'early' });
    const run = testRun();
    run.draining.abort();
    expect(await agent.run(job('early', of), run)).toEqual({ kind: 'drained' });
    expect(models.steps('early')).toEqual([]);
    expect(completed(await agent.run(job('early', of), testRun())).result['output']).toBe('All done.');
  });

  test('inside a specialist repeats none of its tools', async () => {
    const task = { tool: 'task', args: { description: 'do it', subagent_type: 'inner' } };
    const of = {
      tool_definitions: [{ name: 'slow', description: 'slow', runtime: { kind: 'quickjs', script: slow } }],
      nodes: [
        {
          id: 'o',
          type: 'Orchestrator',
          config: config('outer', { name: 'outer', rounds: [[task]], text: 'end' }),
        },
        {
          id: 's',
          type: 'Specialist',
          config: config(
            'inner',
            { name: 'inner', rounds: [[{ tool: 'slow', args: {} }]] },
            { tools: ['slow'] },
          ),
        },
      ],
    };
    const agent = agentOn(models.url);
    const run = testRun(({ type, data }) => {
      if (type === 'on_tool_start' && data['name'] === 'slow') run.draining.abort();
    });
    expect(await agent.run(job('nested', of), run)).toEqual({ kind: 'drained' });
    const again = testRun();
    completed(await agent.run(job('nested', of), again));
    expect(toolsStarted(again)).not.toContain('slow');
    expect(models.steps('inner')).toEqual([1, 1]);
    await agent.close();
  });
});

describe('a job that is aborted', () => {
  test('in the middle of an answer ends with the reason', async () => {
    const run = testRun(({ type }) => {
      if (type === 'on_llm_stream') run.ending.abort(new Failure('CANCELLED', 'somebody said so'));
    });
    const running = agentOn(models.url).run(job('cancel', definition({ tokens: 500, tokenMs: 5 })), run);
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED', message: 'somebody said so' });
  });

  test('writes no checkpoint after that, not even from a tool that does not listen', async () => {
    const saver = new MemorySaver();
    const run = testRun(({ type }) => {
      if (type === 'on_tool_start')
        setTimeout(() => run.ending.abort(new Failure('CANCELLED', 'enough')), 20);
    });
    const agent = agentOn(models.url, {}, saver);
    await expect(
      agent.run(job('mute', definition({ rounds: [[{ tool: 'slow', args: {} }]] }, { slow })), run),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    const before = JSON.stringify(saver.storage);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(JSON.stringify(saver.storage)).toBe(before);
    await agent.close();
  });

  test('by the loss of its lease, noticed when the store refuses its write', async () => {
    let held = true;
    const store = savedBy(new MemorySaver());
    const fenced: CheckpointStore = {
      ...store,
      put: (...args) => (held ? store.put(...args) : Promise.resolve(undefined)),
    };
    const run = testRun(({ type }) => {
      if (type === 'on_llm_stream') held = false;
    });
    const running = agentOn(models.url, {}, fenced).run(job('lost', definition({ name: 'lost' })), run);
    await expect(running).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(
      run.events.filter(({ type }) => type === 'on_state_update'),
      'an answer that is not stored is not shown',
    ).toHaveLength(1);
  });
});
