import { expect, test } from 'vitest';
import type { JsonObject } from '../../worker/ui/run/json.ts';
import { Story } from '../../worker/ui/run/story.ts';
import { timeline } from '../../worker/ui/run/timeline.ts';

/** Events as they are heard, 100 ms apart. */
function told(...events: readonly (readonly [type: string, data?: JsonObject])[]): Story {
  const story = new Story();
  for (const [index, [type, data = {}]] of events.entries())
    story.apply({ type, data, at: 1_000 + index * 100 });
  return story;
}

const says = (message_id: string, content: string, more: JsonObject = {}) =>
  ['on_llm_stream', { message_id, node: 'main', content, ...more }] as const;
const answered = (message_id: string, more: JsonObject = {}) =>
  [
    'on_llm_end',
    { message_id, node: 'main', seconds: 0.1, input_tokens: 10, output_tokens: 2, ...more },
  ] as const;
const starts = (tool_call_id: string, name: string, more: JsonObject = {}) =>
  ['on_tool_start', { tool_call_id, name, node: 'main', input: { q: 1 }, ...more }] as const;
const ends = (tool_call_id: string, output: string, status = 'success') =>
  ['on_tool_end', { tool_call_id, output, status }] as const;
const stored = ['on_state_update', { messages: [], files: {} }] as const;

test('an answer grows, a tool is asked and answers, tokens are counted', () => {
  const story = told(
    says('a', 'Bees '),
    says('a', 'fly.'),
    answered('a'),
    starts('t', 'look'),
    ends('t', 'found'),
    ['end'],
  );
  expect(story.stepsOf('')).toMatchObject([
    { kind: 'said', text: 'Bees fly.', outputTokens: 2 },
    { kind: 'tool', tool: 'look', output: 'found', status: 'success' },
  ]);
  expect(story.tokens).toEqual({ input: 10, output: 2 });
  expect(story.ended).toBe(true);
});

test('what it costs is known once the price of each answer is', () => {
  const euros = (amount: number) => ({ cost: { amount, currency: 'EUR' } });
  expect(told(answered('a', euros(0.5)), answered('b', euros(0.25))).cost).toEqual({
    amount: 0.75,
    currency: 'EUR',
  });
  expect(told(answered('a', euros(0.5)), answered('b')).cost).toBeUndefined();
  expect(told(says('a', 'Not yet')).cost).toBeUndefined();
});

test('the work of a specialist is below the call that handed it the task, although two are of one name', () => {
  const story = told(
    starts('one', 'task'),
    starts('two', 'task'),
    starts('t', 'look', { node: 'bees', parent: 'one' }),
    says('b', 'Wax.', { node: 'bees', parent: 'two' }),
  );
  expect(story.stepsOf('').map(({ kind }) => kind)).toEqual(['tool', 'tool']);
  expect(story.stepsOf('one')).toMatchObject([{ tool: 'look' }]);
  expect(story.stepsOf('two')).toMatchObject([{ text: 'Wax.' }]);
});

test('a new attempt takes back what was not stored, and nothing that was', () => {
  const story = told(
    says('kept', 'Kept.'),
    answered('kept'),
    stored,
    says('lost', 'Half a sen'),
    starts('t', 'look'),
    ['on_attempt', { attempt: 2, after: 'MODEL_UNAVAILABLE' }],
    says('again', 'Whole.'),
  );
  expect(story.stepsOf('')).toMatchObject([
    { text: 'Kept.' },
    { text: '' },
    { tool: 'look', status: 'lost' },
    { kind: 'attempt', number: 2, after: 'MODEL_UNAVAILABLE' },
    { text: 'Whole.' },
  ]);
});

test('what a model said that failed is taken back, and what the next one says is not', () => {
  const story = told(
    says('a', 'Half a sen'),
    ['on_llm_error', { message_id: 'a', model: 'first', code: 'MODEL_UNAVAILABLE' }],
    says('b', 'Whole.'),
  );
  expect(story.stepsOf('')).toMatchObject([{ text: '' }, { text: 'Whole.' }]);
});

test('a call that runs again after its attempt died is one call', () => {
  const story = told(
    starts('t', 'look'),
    ['on_attempt', { attempt: 2 }],
    starts('t', 'look'),
    ends('t', 'found'),
  );
  expect(story.stepsOf('').filter(({ kind }) => kind === 'tool')).toMatchObject([{ status: 'success' }]);
});

test('a job that is taken up again goes on after its end', () => {
  const story = told(['error', { code: 'X', message: 'x' }], ['end'], says('a', 'Again.'));
  expect([story.ended, story.error]).toEqual([false, undefined]);
});

test('the picture has a lane for each agent and a bar for each thing it did', () => {
  const story = told(
    says('a', 'I ask.'),
    answered('a'),
    starts('one', 'task'),
    starts('t', 'look', { node: 'bees', parent: 'one' }),
    ends('t', 'found'),
    ends('one', 'done'),
    ['end'],
  );
  const picture = timeline(story, 99_999);
  expect(picture?.milliseconds).toBe(500);
  expect(
    picture?.lanes.map(({ node, depth, bars }) => [node, depth, bars.map(({ from, to }) => [from, to])]),
  ).toEqual([
    [
      'main',
      0,
      [
        [0, 0.2],
        [0.4, 1],
      ],
    ],
    ['bees', 1, [[0.6, 0.8]]],
  ]);
  expect(timeline(new Story(), 0)).toBeUndefined();
});
