import { afterAll, expect, test } from 'vitest';
import { costOf } from '../../worker/agents/model/prices.ts';
import { readAgent } from '../../worker/config/agent.ts';
import { readConfig } from '../../worker/config/config.ts';
import { startModelServer } from '../stubs/model-server.ts';
import { agentOn, completed, definition, job, testRun } from './fixture.ts';

const models = await startModelServer();
afterAll(() => models.close());

const prices = {
  currency: 'EUR',
  models: {
    plain: { input: 2, output: 10 },
    cached: { input: 2, output: 10, cacheRead: 0.5, cacheWrite: 4 },
  },
};

test.each([
  { model: 'plain', tokens: { input: 1_000, output: 100 }, cost: 0.003, reason: 'input and output apart' },
  {
    model: 'plain',
    tokens: { input: 1_000, output: 0, cacheRead: 900 },
    cost: 0.002,
    reason: 'no other price',
  },
  {
    model: 'cached',
    tokens: { input: 1_000, output: 0, cacheRead: 500, cacheWrite: 100 },
    cost: 0.00145,
    reason: 'input in the cache is part of the input',
  },
  { model: 'other', tokens: { input: 1, output: 1 }, cost: undefined, reason: 'nobody has said its price' },
  { model: 'toString', tokens: { input: 1, output: 1 }, cost: undefined, reason: 'a word of JavaScript' },
])('a call of $model: $reason', ({ model, tokens, cost }) => {
  expect(costOf(prices, model, tokens)?.toFixed(10)).toBe(cost?.toFixed(10));
});

test('a run says what it has cost, and so does each answer', async () => {
  const agent = agentOn(models.url, {
    prices: { currency: 'EUR', models: { 'gpt-4.1-mini': { input: 100, output: 1_000 } } },
  });
  const run = testRun();
  const { result } = completed(await agent.run(job('cost', definition({ text: 'It is noon.' })), run));
  expect(result['usage']).toMatchObject({ cost: { amount: 0.004, currency: 'EUR' } });
  const answer = run.events.find(({ type }) => type === 'on_llm_end');
  expect(answer?.data['cost']).toEqual({ amount: 0.004, currency: 'EUR' });
});

test('a run with a model that has no price says nothing of its cost', async () => {
  const agent = agentOn(models.url, { prices });
  const { result } = completed(await agent.run(job('no price', definition({ text: 'Noon.' })), testRun()));
  expect(result['usage']).not.toHaveProperty('cost');
});

test.each([
  {
    text: '{"models":{"a":{"input":1,"output":2,"cache_read":0.5}}}',
    reason: 'dollars, unless it says so',
    is: true,
  },
  { text: '{"currency":"EUR","models":{}}', reason: 'none yet', is: true },
  { text: '{"models":{"a":{"input":1}}}', reason: 'output has a price as well', is: false },
  { text: '{"models":{"a":{"input":-1,"output":2}}}', reason: 'nobody is paid for asking', is: false },
  {
    text: '{"models":{"a":{"input":1,"output":2,"cached":0}}}',
    reason: 'a word that means nothing',
    is: false,
  },
  { text: '{"currency":"euro","models":{}}', reason: 'no code of a currency', is: false },
  { text: '[', reason: 'no JSON', is: false },
])('$text: $reason', ({ text, is }) => {
  const read = readConfig({ MODEL_PRICES: text }, readAgent);
  expect(read.kind).toBe(is ? 'config' : 'problems');
});
