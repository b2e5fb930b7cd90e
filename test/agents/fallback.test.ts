import { describe, expect, test } from 'vitest';
import { needsOf } from '../../worker/agents/definition/needs.ts';
import { Failure } from '../../worker/jobs/rules/failures.ts';
import { Story } from '../../worker/ui/run/story.ts';
import { chat, delta, toolCall } from '../stubs/raw-chat.ts';
import { block, messageEnd, messages, messageStart, textBlock } from '../stubs/raw-messages.ts';
import type { RawAnswer } from '../stubs/raw-model.ts';
import { askInTurn, asking, claude, error, fromClaude, fromGpt, gpt, node, small } from './ask-in-turn.ts';
import { testRun } from './fixture.ts';
import type { TestRun } from './fixture.ts';

/** What a watcher ends up with. */
function told({ events }: TestRun): string {
  const story = new Story();
  for (const { type, data } of events) story.apply({ type, data, at: 0 });
  return story.steps.map((step) => (step.kind === 'said' ? step.text : '')).join('');
}

describe('while a model', () => {
  test.each<[string, RawAnswer, string]>([
    ['is busy', error(429, 'slow down', { 'retry-after': '300' }), 'MODEL_UNAVAILABLE'],
    ['is broken', error(503, 'no'), 'MODEL_UNAVAILABLE'],
    ['refuses the key of the worker', error(401, 'no'), 'MODEL_KEY_REFUSED'],
    ['has no quota left', error(429, 'You exceeded your current quota'), 'MODEL_KEY_REFUSED'],
    ['says nothing in time', { body: '', after: 'hang' }, 'MODEL_UNAVAILABLE'],
    [
      'breaks off in the middle',
      { body: chat([delta({ content: 'Half' })], ''), after: 'break' },
      'MODEL_UNAVAILABLE',
    ],
    [
      'breaks off in words',
      { body: chat([delta({ content: 'Half' }), delta({}, 'error')]) },
      'MODEL_UNAVAILABLE',
    ],
  ])('%s, the next one answers, and nothing else is left of it', async (_, answer, code) => {
    // Only the one that says nothing has little time, however busy the machine is.
    const timeouts = { first_byte_seconds: answer.after === 'hang' ? 1 : 600 };
    const { result, run, requests } = await askInTurn(asking({ ...gpt, timeouts }, claude), {
      gpt: () => answer,
      claude: () => fromClaude('Hello.'),
    });
    expect(result['output']).toBe('Hello.');
    expect(told(run)).toBe('Hello.');
    expect(requests('claude')).toHaveLength(1);
    const failed = run.events.filter(({ type }) => type === 'on_llm_error');
    expect(failed).toMatchObject([{ data: { node: 'a', model: 'gpt', code } }]);
    expect(run.away).toEqual(['openai']);
    expect(run.turns).toEqual(['gpt', 'claude']);
  });

  test.each<[string, RawAnswer, string]>([
    ['refuses the request', error(400, 'no such field'), 'MODEL_REFUSED'],
    ['filters the answer', { body: chat([delta({ content: 'x' }, 'content_filter')]) }, 'ANSWER_FILTERED'],
    ['is cut off', { body: chat([delta({ content: 'x' }, 'length')]) }, 'ANSWER_CUT_OFF'],
  ])('%s, no other one is asked: it would be no better', async (_, answer, code) => {
    const { failure, run, requests } = await askInTurn(asking(gpt, claude), { gpt: () => answer });
    expect(failure).toMatchObject({ code });
    expect(requests('claude')).toEqual([]);
    expect(run.away).toEqual([]);
  });

  test('is left alone, it is not asked', async () => {
    const run = testRun();
    run.leftAlone.add('openai');
    const { result, requests } = await askInTurn(
      asking(gpt, small, claude),
      { claude: () => fromClaude('Hello.') },
      { run },
    );
    expect(result['output']).toBe('Hello.');
    expect([...requests('gpt'), ...requests('gpt-small')]).toEqual([]);
  });

  test('and all others are left alone, a job that has begun asks it all the same', async () => {
    const run = testRun();
    for (const source of ['openai', 'anthropic']) run.leftAlone.add(source);
    const { result } = await askInTurn(asking(gpt, claude), { gpt: () => fromGpt('Hello.') }, { run });
    expect(result['output']).toBe('Hello.');
  });

  test('is away, its provider may be well: that of another of its models is not left alone', async () => {
    const { result, run } = await askInTurn(asking(gpt, small), {
      gpt: () => error(503, 'no'),
      'gpt-small': () => fromGpt('Hello.'),
    });
    expect(result['output']).toBe('Hello.');
    expect(run.away).toEqual([]);
  });

  test('is asked, a job that is cancelled asks no other', async () => {
    const run = testRun();
    const { failure, requests } = await askInTurn(
      asking(gpt, claude),
      {
        gpt: () => {
          run.ending.abort(new Failure('CANCELLED', 'somebody said so'));
          return { body: '', after: 'break' };
        },
      },
      { run },
    );
    expect(failure).toBeInstanceOf(Error);
    expect(requests('claude')).toEqual([]);
    expect(run.away).toEqual([]);
  });
});

test('where all are away the job waits for the one that is back first, and each is said', async () => {
  const { failure, run } = await askInTurn(asking(gpt, claude), {
    gpt: () => error(429, 'slow down', { 'retry-after': '300' }),
    claude: () => error(529, 'overloaded', { 'retry-after': '20' }),
  });
  expect(failure).toMatchObject({
    code: 'MODEL_UNAVAILABLE',
    retryAfterMs: 20_000,
    source: undefined,
    message: expect.stringMatching(/^gpt: .*429.*; claude: .*529/),
  });
  expect(run.away).toEqual(['openai', 'anthropic']);
});

test('usage and cost are those of the model that answered', async () => {
  const prices = { currency: 'EUR', models: { claude: { input: 1_000_000, output: 1_000_000 } } };
  const { result, run } = await askInTurn(
    asking(gpt, claude),
    { gpt: () => error(503, 'no'), claude: () => fromClaude('Hello.') },
    { more: { prices } },
  );
  expect(run.steps).toMatchObject([{ kind: 'model', model: 'claude', source: 'anthropic' }]);
  const { tokens } = run.steps.flatMap((step) => (step.kind === 'model' ? [step] : []))[0] ?? {};
  const amount = (tokens?.input ?? 0) + (tokens?.output ?? 0);
  expect(result['usage']).toMatchObject({ total_tokens: amount, model_calls: 1, cost: { amount } });
});

describe('a model that goes on with what another one has said', () => {
  const ls = { name: 'ls', input: { path: '/' } };

  test('of openai is given words and calls alone', async () => {
    const thought = block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: 'Hm.' },
      { type: 'signature_delta', signature: 'c2ln' },
    );
    const hidden = block(1, { type: 'redacted_thinking', data: 'c2Vj' });
    const call = block(
      3,
      { type: 'tool_use', id: 'toolu_1', name: ls.name, input: {} },
      { type: 'input_json_delta', partial_json: JSON.stringify(ls.input) },
    );
    const calling = [
      messageStart,
      ...thought,
      ...hidden,
      ...textBlock('I look.', 2),
      ...call,
      ...messageEnd('tool_use'),
    ];
    const { result, requests } = await askInTurn(asking(claude, gpt), {
      claude: (n) => (n === 1 ? { body: messages(calling) } : error(529, 'overloaded')),
      gpt: () => fromGpt('Nothing there.'),
    });
    expect(result['output']).toBe('Nothing there.');
    expect(requests('gpt')[0]?.['messages']).toContainEqual({
      role: 'assistant',
      content: 'I look.',
      tool_calls: [
        { id: 'toolu_1', type: 'function', function: { name: 'ls', arguments: JSON.stringify(ls.input) } },
      ],
    });
  });

  test('of anthropic is given words and calls alone', async () => {
    const calling = chat([
      delta({ reasoning_content: 'Hm.' }),
      delta({ content: 'I look.' }),
      toolCall(ls.name, JSON.stringify(ls.input)),
      delta({}, 'tool_calls'),
    ]);
    const { result, requests } = await askInTurn(asking(gpt, claude), {
      gpt: (n) => (n === 1 ? { body: calling } : error(503, 'no')),
      claude: () => fromClaude('Nothing there.'),
    });
    expect(result['output']).toBe('Nothing there.');
    expect(requests('claude')[0]?.['messages']).toContainEqual({
      role: 'assistant',
      content: [
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', id: 'call_0', name: 'ls', input: ls.input },
      ],
    });
  });
});

test('a summary is asked of the next one as well', async () => {
  const { result, requests } = await askInTurn(asking(gpt, claude), {
    gpt(_, body) {
      if (body['tools'] === undefined) return error(503, 'no');
      const said = JSON.stringify(body['messages']);
      if (said.includes('<summary>')) return fromGpt('fine');
      const calls = said.split('"role":"tool"').length - 1;
      if (calls >= 4) return error(400, 'the request exceeds the available context size');
      return { body: chat([toolCall('ls', `{"path":"/${calls}"}`), delta({}, 'tool_calls')]) };
    },
    claude: () => fromClaude('four looks'),
  });
  expect(result['output']).toBe('fine');
  expect(JSON.stringify(requests('gpt').at(-1))).toContain('four looks');
});

describe('a provider that the worker has no key for', () => {
  const keyless = { openai: { apiKey: undefined, baseUrl: undefined } };

  test('is gone on without where another one is named', async () => {
    const { result } = await askInTurn(
      asking(gpt, claude),
      { claude: () => fromClaude('Hello.') },
      { more: keyless },
    );
    expect(result['output']).toBe('Hello.');
  });

  test('is one for another worker where none is left', async () => {
    const { failure } = await askInTurn(asking(gpt, small), {}, { more: keyless });
    expect(failure).toMatchObject({ code: 'UNKNOWN_PROVIDER', source: 'openai' });
  });

  test.each([
    [asking(gpt), ['openai']],
    [asking(gpt, small), ['openai']],
    [asking(gpt, claude, small), ['openai|anthropic']],
    [{ nodes: [node(gpt), node({ ...claude, fallbacks: [gpt] })] }, ['openai', 'anthropic|openai']],
  ])('is needed only where nothing else is enough', (of, needs) => {
    expect(needsOf(of)).toEqual(needs);
  });
});
