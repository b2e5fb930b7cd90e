import type { JsonObject } from '../../worker/json.ts';

/** Events of Anthropic's messages as a stream. */
export function messages(events: readonly JsonObject[]): string {
  return events
    .map((one) => `event: ${JSON.stringify(one['type']).slice(1, -1)}\ndata: ${JSON.stringify(one)}\n\n`)
    .join('');
}

export const messageStart: JsonObject = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  },
};

/** A block with its deltas. */
export function block(index: number, of: JsonObject, ...deltas: readonly JsonObject[]): JsonObject[] {
  return [
    { type: 'content_block_start', index, content_block: of },
    ...deltas.map((one) => ({ type: 'content_block_delta', index, delta: one })),
    { type: 'content_block_stop', index },
  ];
}

export function textBlock(text: string, index = 0): JsonObject[] {
  return block(index, { type: 'text', text: '' }, { type: 'text_delta', text });
}

/** A call of a tool. */
export function callBlock(name: string, input: JsonObject, index = 0): JsonObject[] {
  const call: JsonObject = { type: 'tool_use', id: 'toolu_1', name, input: {} };
  return block(index, call, { type: 'input_json_delta', partial_json: JSON.stringify(input) });
}

/** The end of a message. */
export function messageEnd(reason: string): JsonObject[] {
  return [
    { type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  ];
}
