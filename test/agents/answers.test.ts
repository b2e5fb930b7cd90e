import { describe, expect, test } from 'vitest';
import type { FailureCode } from '../../worker/jobs/rules/failures.ts';
import type { JsonObject } from '../../worker/json.ts';
import { chat, delta, toolCall } from '../stubs/raw-chat.ts';
import { block, messageEnd, messages, messageStart, textBlock } from '../stubs/raw-messages.ts';
import { answering, ask, liveText, toolAnswers } from './ask.ts';

const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
const partial = delta({ content: 'The three causes' });

describe('an answer that is none', () => {
  test.each<[string, string, FailureCode, string]>([
    ['cut text', chat([partial, delta({}, 'length')]), 'ANSWER_CUT_OFF', 'length'],
    [
      'cut thoughts',
      chat([delta({ reasoning_content: 'hm' }), delta({}, 'length')]),
      'ANSWER_CUT_OFF',
      'length',
    ],
    ['a filter', chat([partial, delta({}, 'content_filter')]), 'ANSWER_FILTERED', 'content_filter'],
    ['a refusal', chat([delta({ refusal: 'I cannot.' }), delta({}, 'stop')]), 'ANSWER_REFUSED', 'I cannot.'],
    ['nothing', chat([delta({ content: '' }, 'stop')]), 'ANSWER_EMPTY', 'nothing'],
    ['no choices', chat([{ choices: [] }]), 'ANSWER_EMPTY', 'nothing'],
    ['a stream without an end', chat([partial], ''), 'MODEL_UNAVAILABLE', 'without an end'],
    [
      'a call in a stream without an end',
      chat([toolCall('charge', '{}')], ''),
      'MODEL_UNAVAILABLE',
      'without an end',
    ],
    ['an error reason', chat([partial, delta({}, 'error')]), 'MODEL_UNAVAILABLE', 'error'],
    [
      'an error in the stream',
      chat([partial, { error: { message: 'The server had an error', type: 'server_error' } }], ''),
      'MODEL_UNAVAILABLE',
      'The server had an error',
    ],
    [
      'a refusal in the stream',
      chat([{ error: { message: 'bad tool', type: 'invalid_request_error', code: 400 } }], ''),
      'MODEL_REFUSED',
      'bad tool',
    ],
    ['an error event', 'event: error\ndata: {"message":"no workers"}\n\n', 'MODEL_UNAVAILABLE', 'no workers'],
    ['an error object', '{"error":{"message":"upstream","code":502}}', 'MODEL_UNAVAILABLE', 'upstream'],
    [
      'a web page',
      '<html><body>Sign in</body></html>',
      'MODEL_UNAVAILABLE',
      'a web page in place of an answer: Sign in',
    ],
    ['an empty body', '', 'MODEL_UNAVAILABLE', 'without an end'],
    ['words', 'data: please wait\n\n', 'MODEL_UNAVAILABLE', 'please wait'],
  ])('%s', async (_, body, code, words) => {
    const { failure } = await ask(() => ({ body }));
    expect(failure).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test.each<[string, readonly JsonObject[], FailureCode]>([
    ['cut text', [messageStart, ...textBlock('The'), ...messageEnd('max_tokens')], 'ANSWER_CUT_OFF'],
    [
      'a full context',
      [messageStart, ...textBlock('T'), ...messageEnd('model_context_window_exceeded')],
      'ANSWER_CUT_OFF',
    ],
    ['a refusal', [messageStart, ...messageEnd('refusal')], 'ANSWER_REFUSED'],
    ['nothing', [messageStart, ...messageEnd('end_turn')], 'ANSWER_EMPTY'],
    ['a stream without an end', [messageStart, ...textBlock('The')], 'MODEL_UNAVAILABLE'],
    ['an error in the stream', [messageStart, ...textBlock('The'), overloaded], 'MODEL_UNAVAILABLE'],
  ])('of Anthropic: %s', async (_, events, code) => {
    const { failure } = await ask(() => ({ body: messages(events) }), 'anthropic');
    expect(failure).toMatchObject({ code });
  });

  test('a connection that breaks', async () => {
    const { failure } = await ask(() => ({ body: chat([partial], ''), after: 'break' }));
    expect(failure).toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('broke off'),
    });
  });

  test('an empty one is asked for once more', async () => {
    const { result } = await ask((_, n) => ({
      body: chat([delta({ content: n === 1 ? '' : 'here' }, 'stop')]),
    }));
    expect(result['output']).toBe('here');
  });
});

describe('an answer in a form of its own', () => {
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] };
  test.each([
    [
      'content in parts',
      chat([
        delta({ content: [thinking] }),
        delta({ content: [{ type: 'text', text: 'It is' }] }),
        delta({ content: ' 42.' }, 'stop'),
      ]),
    ],
    [
      'marked thoughts',
      chat([
        delta({ content: '<thi' }),
        delta({ content: 'nk>Hm.</th' }),
        delta({ content: 'ink>\n\nIt is 42.' }, 'stop'),
      ]),
    ],
    [
      'thoughts beside it',
      chat([delta({ reasoning_content: 'Hm.' }), delta({ content: 'It is 42.' }, 'stop')]),
    ],
    [
      'no role and no id',
      'data: {"id":"","choices":[{"delta":{"content":"It is 42."},"finish_reason":"stop"}]}\n\n',
    ],
    ['no reason but an end', chat([delta({ content: 'It is 42.' })])],
    [
      'not streamed',
      JSON.stringify({
        choices: [{ index: 0, message: { role: 'assistant', content: 'It is 42.' }, finish_reason: 'stop' }],
      }),
    ],
  ])('%s', async (_, body) => {
    const { result, run } = await ask(() => ({ body }));
    expect(result['output']).toBe('It is 42.');
    expect(liveText(run)).toBe('It is 42.');
  });

  const two = (first: JsonObject, second: JsonObject) =>
    chat([
      toolCall('charge', '{"amount":1}', first),
      toolCall('charge', '{"amount":2}', second),
      delta({}, 'tool_calls'),
    ]);
  test.each([
    ['calls with one id', two({ index: 0, id: 'c' }, { index: 1, id: 'c' })],
    ['calls without ids', two({ index: 0 }, { index: 1 })],
    ['calls with empty ids', two({ index: 0, id: '' }, { index: 1, id: '' })],
    ['calls without indexes', two({ id: 'a' }, { id: 'b' })],
    ['calls with one index', two({ index: 0, id: 'a' }, { index: 0, id: 'b' })],
    ['calls with neither', two({}, {})],
    [
      'calls that end with stop',
      chat([
        toolCall('charge', '{"amount":1}'),
        toolCall('charge', '{"amount":2}', { index: 1, id: 'x' }),
        delta({}, 'stop'),
      ]),
    ],
  ])('%s', async (_, body) => {
    const { requests } = await ask(answering(body));
    expect(toolAnswers(requests[1])).toEqual(['charged 1', 'charged 2']);
  });

  test('an answer with the id of another does not take its place', async () => {
    const { result } = await ask(
      answering(chat([toolCall('charge', '{"amount":1}'), delta({}, 'tool_calls')])),
    );
    expect(result['output']).toBe('fine');
  });

  test('thoughts of Anthropic are no part of the result, arguments no part of the live text', async () => {
    const thought = block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: 'Hm.' },
    );
    const use = { type: 'tool_use', id: 'toolu_1', name: 'charge', input: {} };
    const call = block(2, use, { type: 'input_json_delta', partial_json: '{"amount":7}' });
    const { result, run } = await ask(
      (_, n) => ({
        body: messages(
          n === 1
            ? [messageStart, ...thought, ...textBlock('Charging. ', 1), ...call, ...messageEnd('tool_use')]
            : [messageStart, ...thought, ...textBlock('Done.', 1), ...messageEnd('end_turn')],
        ),
      }),
      'anthropic',
    );
    expect(result).toMatchObject({ output: 'Done.', finish_reason: 'end_turn', usage: { model_calls: 2 } });
    expect(liveText(run)).toBe('Charging. Done.');
  });

  test('a pause of Anthropic is gone on from', async () => {
    const { result, requests } = await ask(
      (_, n) => ({
        body: messages([
          messageStart,
          ...textBlock(n === 1 ? 'Searching. ' : 'Found.'),
          ...messageEnd(n === 1 ? 'pause_turn' : 'end_turn'),
        ]),
      }),
      'anthropic',
    );
    expect(result['output']).toBe('Searching. Found.');
    expect(requests).toHaveLength(2);
  });
});
