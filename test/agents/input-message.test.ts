import { describe, expect, test } from 'vitest';
import { clientJson } from '../../worker/agents/execution/client-json.ts';
import { inputMessage } from '../../worker/agents/execution/input-message.ts';
import { messageJson } from '../../worker/agents/model/message-json.ts';
import type { Json, JsonObject } from '../../worker/json.ts';

function read(message: Json): JsonObject | string {
  const one = inputMessage(message);
  return typeof one === 'string' ? one : messageJson(one);
}

const called = { name: 'double', args: { n: 4 }, id: 'call-1' };

describe('messages that are read', () => {
  test.each([
    { reason: 'a person', given: { role: 'user', content: 'Hello.' }, type: 'human' },
    {
      reason: 'instructions as newer models have them',
      given: { role: 'developer', content: 'Be brief.' },
      type: 'system',
    },
    {
      reason: 'an answer of a tool',
      given: { role: 'tool', content: '8', tool_call_id: 'call-1' },
      type: 'tool',
    },
    {
      reason: 'calls in the form of OpenAI, without text',
      given: {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call-1', type: 'function', function: { name: 'double', arguments: '{"n":4}' } }],
      },
      type: 'ai',
      more: { content: '', tool_calls: [{ ...called, type: 'tool_call' }] },
    },
    {
      reason: 'one that is taken out of the state',
      given: { type: 'remove', id: 'm-1' },
      type: 'remove',
      more: { content: '' },
    },
  ])('$reason', ({ given, type, more = {} }) => {
    const { role: _, ...fields } = given as JsonObject;
    const { tool_calls: __, ...rest } = fields;
    const status = type === 'tool' ? { status: 'success' } : {};
    expect(read(given as JsonObject)).toMatchObject({ ...rest, type, ...status, ...more });
  });

  test.each<JsonObject>([
    { type: 'human', content: 'Hello.', id: 'm-1', name: 'Ada' },
    { type: 'ai', content: 'I look.', id: 'm-2', tool_calls: [{ ...called, type: 'tool_call' }] },
    {
      type: 'tool',
      content: 'no such number',
      id: 'm-3',
      name: 'double',
      tool_call_id: 'call-1',
      status: 'error',
    },
    {
      type: 'human',
      content: [
        { type: 'text', text: 'a' },
        { type: 'image_url', image_url: { url: 'data:' } },
      ],
    },
  ])('what on_state_update says comes back as it was: $type', (message) => {
    expect(read({ ...message, usage: { total_tokens: 1 }, finish_reason: 'stop' })).toEqual(message);
  });

  test('what clients of the Agent Server read comes back as it was', () => {
    const one = inputMessage({ type: 'ai', content: 'I look.', id: 'm-2', tool_calls: [called] });
    const seen = clientJson(one) as JsonObject;
    expect(clientJson(inputMessage(seen))).toEqual(seen);
  });
});

describe('messages that are not', () => {
  test.each([
    { given: 'Hello.', says: 'expected an object' },
    { given: { role: 'nobody', content: 'x' }, says: 'role: expected' },
    { given: { role: 'constructor', content: 'x' }, says: 'role: expected' },
    { given: { lc: 1, type: 'constructor', id: ['langchain'], kwargs: {} }, says: 'role: expected' },
    { given: { role: 'user', content: null }, says: 'content: expected' },
    { given: { role: 'user', content: [{ text: 'no type' }] }, says: 'content: expected' },
    { given: { role: 'tool', content: '8' }, says: 'tool_call_id: expected' },
    {
      given: { role: 'assistant', content: '', tool_calls: [{ name: 'double' }] },
      says: 'tool_calls: expected',
    },
    {
      given: {
        role: 'assistant',
        content: '',
        tool_calls: [{ id: '1', function: { name: 'x', arguments: '{' } }],
      },
      says: 'tool_calls: expected',
    },
    { given: { type: 'remove' }, says: 'id: expected' },
  ])('$given', ({ given, says }) => {
    expect(read(given as Json)).toMatch(says);
  });
});
