import { wordsOf } from './content.ts';
import { asList, asNumber, asObject, asText } from './json.ts';
import type { Json } from './json.ts';
import type { RunEvent } from './story.ts';

/** The messages of a state since the person spoke last: what one run has added. */
export function sinceAsked(messages: readonly Json[]): readonly Json[] {
  const asked = messages.findLastIndex((message) => asObject(message)['type'] === 'human');
  return messages.slice(asked + 1);
}

/** The events that tell what messages tell, for a run whose own events are not kept any more. They have no times. */
export function eventsFrom(messages: readonly Json[], node: string): readonly RunEvent[] {
  return messages.flatMap((value, index): readonly RunEvent[] => {
    const message = asObject(value);
    const id = asText(message['id']) || `message-${index}`;
    if (message['type'] === 'ai') {
      const usage = asObject(message['usage_metadata'] ?? message['usage']);
      const said = { message_id: id, node };
      const tokens = {
        input_tokens: asNumber(usage['input_tokens']),
        output_tokens: asNumber(usage['output_tokens']),
      };
      const calls = asList(message['tool_calls']).map(asObject);
      return [
        event('on_llm_stream', { ...said, content: wordsOf(message['content'] ?? null) }),
        event('on_llm_end', { ...said, ...tokens }),
        ...calls.map(({ id: call = '', name = '', args = null }) =>
          event('on_tool_start', { tool_call_id: call, name, node, input: args }),
        ),
      ];
    }
    if (message['type'] !== 'tool') return [];
    const { tool_call_id = '', status = 'success', content = null } = message;
    return [event('on_tool_end', { tool_call_id, status, output: content })];
  });
}

function event(type: string, data: RunEvent['data']): RunEvent {
  return { type, data, at: undefined };
}
