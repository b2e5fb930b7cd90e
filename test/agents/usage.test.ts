import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMetrics } from '../../worker/observability/metrics.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { messages, messageStart, textBlock } from '../stubs/raw-messages.ts';
import { ask } from './ask.ts';
import { agentOn, completed, config, job, testRun } from './fixture.ts';

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer();
});
afterAll(() => models.close());

const node = (id: string, type: string, model: string, what: Parameters<typeof config>[1]) => ({
  id,
  type,
  config: config(id, { name: id, ...what }, { model: { provider: 'openai', model } }),
});
const task = (name: string) => ({ tool: 'task', args: { description: 'Do it.', subagent_type: name } });

/** Sum of the lines of `tokens_total` whose labels have this text. */
function sumOf(text: string, labels: string): number {
  const lines = text.split('\n').filter((line) => line.includes('_tokens_total{') && line.includes(labels));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

test('usage by agent and model adds up to what the models have counted, and to that of the job', async () => {
  const metrics = openMetrics({ capacity: 1, outbox: async () => ({ pending: 0, oldestMs: 0 }) });
  const agent = agentOn(models.url);
  const of = {
    nodes: [
      node('chief', 'Orchestrator', 'large', { rounds: [[task('first'), task('second')], [task('first')]] }),
      node('first', 'Specialist', 'small', {
        rounds: [[{ tool: 'ls', args: { path: '/' } }]],
        text: 'a b c',
      }),
      node('second', 'Specialist', 'large', { text: 'one two' }),
    ],
  };
  const run = testRun();
  const { result } = completed(await agent.run(job('usage', of), run));
  await agent.close();
  for (const step of run.steps) metrics.meter.step(step);
  const text = await metrics.scrape();

  expect([...models.usage.keys()].toSorted()).toEqual(['large', 'small']);
  for (const [model, { input, output }] of models.usage) {
    expect(sumOf(text, `model="${model}",direction="input"`)).toBe(input);
    expect(sumOf(text, `model="${model}",direction="output"`)).toBe(output);
  }
  const { large, small } = Object.fromEntries(models.usage);
  expect(sumOf(text, 'agent="first"')).toBe((small?.input ?? 0) + (small?.output ?? 0));
  expect(sumOf(text, 'agent="chief"') + sumOf(text, 'agent="second"')).toBe(
    (large?.input ?? 0) + (large?.output ?? 0),
  );
  expect(sumOf(text, 'agent="second"')).toBe(12);
  expect(result['usage']).toMatchObject({ total_tokens: sumOf(text, ''), model_calls: 8 });
});

describe('Anthropic, which counts all that it has written with each event', () => {
  const counting = (output_tokens: number) => ({
    type: 'message_delta',
    delta: {},
    usage: { output_tokens },
  });
  const whole = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'text', text: 'Hello.' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 9 },
  };
  const stop = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } };
  const streamed = [messageStart, ...textBlock('Hello.'), counting(4), stop, { type: 'message_stop' }];

  test.each([
    ['as a stream', messages(streamed)],
    ['in one piece', JSON.stringify(whole)],
  ])('is counted once: %s', async (_, body) => {
    const { result } = await ask(() => ({ body }), 'anthropic');
    expect(result).toMatchObject({ output: 'Hello.', usage: { input_tokens: 1, output_tokens: 9 } });
  });
});
