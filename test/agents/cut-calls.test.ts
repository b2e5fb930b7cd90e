import { describe, expect, test } from 'vitest';
import { chat, delta, toolCall } from '../stubs/raw-chat.ts';
import { block, messageEnd, messages, messageStart, textBlock } from '../stubs/raw-messages.ts';
import { answering, ask, toolAnswers } from './ask.ts';

describe('a tool call that did not come through whole is not run, and the model reads why', () => {
  test.each([
    [
      'cut at the limit of tokens',
      chat([toolCall('charge', '{"amount": 10'), delta({}, 'length')]),
      'cut off',
    ],
    [
      'whole, in an answer that is cut',
      chat([toolCall('charge', '{"amount": 10}'), delta({}, 'length')]),
      'cut off',
    ],
    [
      'cut, by a server that does not say so',
      chat([toolCall('charge', '{"amount": 10'), delta({}, 'tool_calls')]),
      'JSON',
    ],
    ['in the words of Python', chat([toolCall('charge', "{'amount': 10}"), delta({}, 'tool_calls')]), 'JSON'],
    ['with null', chat([toolCall('charge', 'null'), delta({}, 'tool_calls')]), 'JSON'],
    [
      'with JSON in a JSON text',
      chat([toolCall('charge', '"{\\"amount\\":10}"'), delta({}, 'tool_calls')]),
      'JSON',
    ],
  ])('%s', async (_, body, why) => {
    const { result, run, requests } = await ask(answering(body));
    expect(result['output']).toBe('fine');
    expect(run.events.filter(({ type }) => type === 'on_tool_start')).toEqual([]);
    expect(toolAnswers(requests[1])).toEqual([expect.stringContaining(why)]);
  });

  test('in an answer of Anthropic', async () => {
    const call = block(
      0,
      { type: 'tool_use', id: 'toolu_1', name: 'charge', input: {} },
      { type: 'input_json_delta', partial_json: '{"amount": 10' },
    );
    const { result, run } = await ask(
      (_, n) => ({
        body: messages(
          n === 1
            ? [messageStart, ...call, ...messageEnd('max_tokens')]
            : [messageStart, ...textBlock('fine'), ...messageEnd('end_turn')],
        ),
      }),
      'anthropic',
    );
    expect(result['output']).toBe('fine');
    expect(run.events.filter(({ type }) => type === 'on_tool_start')).toEqual([]);
  });

  test('and a model that does it again and again is not asked for ever', async () => {
    const { failure, requests } = await ask(() => ({
      body: chat([toolCall('charge', '{"amount": 10'), delta({}, 'length')]),
    }));
    expect(failure).toMatchObject({ code: 'ANSWER_CUT_OFF' });
    expect(requests.length).toBeLessThan(10);
  });
});

test('keys of calls differ although their ids do not', async () => {
  const keys: unknown[] = [];
  const { run } = await ask((request) => {
    const told = toolAnswers(request).length;
    return {
      body:
        told < 2
          ? chat([toolCall('charge', '{"amount":1}'), delta({}, 'tool_calls')])
          : chat([delta({ content: 'x' }, 'stop')]),
    };
  });
  for (const { type, data } of run.events) if (type === 'on_tool_end') keys.push(data['tool_call_id']);
  expect(new Set(keys).size).toBe(2);
});
