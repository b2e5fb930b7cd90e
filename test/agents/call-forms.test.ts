import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { chat, delta, toolCall } from '../stubs/raw-chat.ts';
import { block, messageEnd, messages, messageStart, textBlock } from '../stubs/raw-messages.ts';
import { answering, ask, toolAnswers } from './ask.ts';

const piece = (of: JsonObject) => delta({ tool_calls: [of] });
const ended = (...chunks: readonly JsonObject[]) => chat([...chunks, delta({}, 'tool_calls')]);
const whole = (message: JsonObject, finish: string) =>
  JSON.stringify({ choices: [{ index: 0, message, finish_reason: finish }] });
const call = (args: unknown, more: JsonObject = {}) => ({
  ...more,
  type: 'function',
  function: { name: 'charge', arguments: args as string },
});

describe('a tool call that is whole is run, in whichever form it comes', () => {
  test.each([
    ['arguments as an object', ended(piece(call({ amount: 7 }, { index: 0, id: 'a' })))],
    ['an id that is a number', ended(piece({ ...call('{"amount":7}', { index: 0 }), id: 17 }))],
    ['an id that is null', ended(piece({ ...call('{"amount":7}', { index: 0 }), id: null }))],
    [
      'indexes as texts',
      ended(
        piece(call('{"amo', { index: '0', id: 'a' })),
        piece({ index: '0', function: { arguments: 'unt":7}' } }),
      ),
    ],
    [
      'the name in pieces',
      ended(
        piece({ index: 0, id: 'a', type: 'function', function: { name: 'cha', arguments: '' } }),
        piece({ index: 0, function: { name: 'rge', arguments: '' } }),
        piece({ index: 0, function: { arguments: '{"amount":7}' } }),
      ),
    ],
    [
      'the name and id with each piece',
      ended(
        piece(call('{"amount"', { index: 0, id: 'a' })),
        piece(call(':7', { index: 0, id: 'a' })),
        piece(call('}', { index: 0, id: 'a' })),
      ),
    ],
    [
      'the old form',
      chat([
        delta({ function_call: { name: 'charge', arguments: '{"amount":7}' } }),
        delta({}, 'function_call'),
      ]),
    ],
    ['an index that begins at 1', ended(toolCall('charge', '{"amount":7}', { index: 1, id: 'a' }))],
    ['not streamed', whole({ content: null, tool_calls: [call('{"amount":7}', { id: 'a' })] }, 'tool_calls')],
    [
      'heartbeats between its pieces',
      `: keep\n\ndata:\n\nevent: ping\ndata: {}\n\n${ended(toolCall('charge', '{"amount":7}'))}`.replaceAll(
        '\n',
        '\r\n',
      ),
    ],
  ])('%s', async (_, body) => {
    const { requests } = await ask(answering(body));
    expect(toolAnswers(requests[1])).toEqual(['charged 7']);
  });

  test('two whose pieces are mixed', async () => {
    const body = ended(
      piece(call('{"am', { index: '0', id: 'a' })),
      piece(call('{"amo', { index: '1', id: 'b' })),
      piece({ index: '0', function: { arguments: 'ount":1}' } }),
      piece({ index: '1', function: { arguments: 'unt":2}' } }),
    );
    const { requests } = await ask(answering(body));
    expect(toolAnswers(requests[1])).toEqual(['charged 1', 'charged 2']);
  });

  test.each([
    ['with its beginning', [{ amount: 7 }, []]],
    ['in pieces', [{}, ['{"amount"', ':7}']]],
  ] as const)('of Anthropic, with the arguments %s', async (_, [input, pieces]) => {
    const use = { type: 'tool_use', id: 'toolu_1', name: 'charge', input };
    const deltas = pieces.map((partial_json) => ({ type: 'input_json_delta', partial_json }));
    const { requests } = await ask(
      (_body, n) => ({
        body: messages(
          n === 1
            ? [messageStart, { type: 'ping' }, ...block(0, use, ...deltas), ...messageEnd('tool_use')]
            : [messageStart, ...textBlock('fine'), ...messageEnd('end_turn')],
        ),
      }),
      'anthropic',
    );
    expect(JSON.stringify(requests[1])).toContain('charged 7');
  });
});

describe('a tool call that is cut is not run', () => {
  test.each([
    [
      'the old form',
      chat([delta({ function_call: { name: 'charge', arguments: '{"amount": 1' } }), delta({}, 'length')]),
    ],
    ['not streamed', whole({ content: null, tool_calls: [call('{"amount": 1', { id: 'a' })] }, 'length')],
    [
      'not streamed, by a server that does not say so',
      whole({ content: null, tool_calls: [call('{"amount": 1', { id: 'a' })] }, 'tool_calls'),
    ],
    [
      'arguments as an object',
      chat([piece(call({ amount: 1 }, { index: 0, id: 'a' })), delta({}, 'max_tokens')]),
    ],
    ['before its arguments', chat([toolCall('charge', ''), delta({}, 'length')])],
    ['without a reason, but with an end', chat([toolCall('charge', '{"amount": 1')])],
    ['two calls in one text', ended(toolCall('charge', '{"amount": 1}{"amount": 2}'))],
    [
      'the second of two',
      chat([
        toolCall('charge', '{"amount": 1}', { index: 0, id: 'a' }),
        toolCall('charge', '{"amount": 2', { index: 1, id: 'b' }),
        delta({}, 'length'),
      ]),
    ],
    ['a list of arguments', ended(toolCall('charge', '[1]'))],
    ['numbers that JSON does not have', ended(toolCall('charge', '{"amount": NaN}'))],
    ['a reason in capitals', chat([toolCall('charge', '{"amount": 1}'), delta({}, 'MAX_TOKENS')])],
  ])('%s', async (_, body) => {
    const { run, result } = await ask(answering(body));
    expect(run.events.filter(({ type }) => type === 'on_tool_start')).toEqual([]);
    expect(result['output']).toBe('fine');
  });

  test.each(['', 'no_such_tool', 'charge '])(
    'nor one of a tool called "%s", and the model reads why',
    async (name) => {
      const { result, requests } = await ask(answering(ended(toolCall(name, '{"amount":1}'))));
      expect(toolAnswers(requests[1])).toEqual([expect.stringMatching(/not|no /i)]);
      expect(result['output']).toBe('fine');
    },
  );
});

describe('over responses', () => {
  const item = (status: string, args: string) => ({
    id: 'fc_1',
    type: 'function_call',
    status,
    call_id: 'call_1',
    name: 'charge',
    arguments: args,
  });
  const streamed = (args: string, last: JsonObject, status: string) =>
    messages([
      { type: 'response.created', response: { id: 'r', output: [], status: 'in_progress' } },
      { type: 'response.output_item.added', output_index: 0, item: item('in_progress', '') },
      { type: 'response.function_call_arguments.delta', output_index: 0, item_id: 'fc_1', delta: args },
      { type: 'response.output_item.done', output_index: 0, item: item(status, args) },
      {
        ...last,
        response: {
          id: 'r',
          object: 'response',
          model: 'm',
          output: [item(status, args)],
          ...(last['response'] as JsonObject),
        },
      },
    ]);
  const said = (text: string) => ({ type: 'output_text', text, annotations: [] });
  const message = (text: string) => ({ id: 'm1', type: 'message', role: 'assistant', content: [said(text)] });
  const fine = messages([
    { type: 'response.output_text.delta', output_index: 0, content_index: 0, item_id: 'm1', delta: 'fine' },
    {
      type: 'response.completed',
      response: { id: 'r2', object: 'response', status: 'completed', model: 'm', output: [message('fine')] },
    },
  ]);

  test.each([
    [
      'cut',
      streamed(
        '{"amount": 1',
        {
          type: 'response.incomplete',
          response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
        },
        'incomplete',
      ),
      [],
    ],
    [
      'cut behind its end',
      streamed(
        '{"amount": 1}',
        {
          type: 'response.incomplete',
          response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
        },
        'incomplete',
      ),
      [],
    ],
    [
      'whole',
      streamed(
        '{"amount": 1}',
        { type: 'response.completed', response: { status: 'completed' } },
        'completed',
      ),
      ['charge'],
    ],
  ] as const)('a call that is %s', async (_, body, started) => {
    const { run, failure } = await ask((_request, n) => ({ body: n === 1 ? body : fine }), 'openai', {
      openaiApi: 'responses',
    });
    expect(failure).toBeUndefined();
    const calls = run.events.filter(({ type }) => type === 'on_tool_start').map(({ data }) => data['name']);
    expect(calls).toEqual(started);
  });
});
