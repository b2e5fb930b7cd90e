import { AIMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import { createMiddleware } from 'langchain';
import type { AgentMiddleware } from 'langchain';
import { THOUGHTS } from './wire/openai-request.ts';

/**
 * Hands the thoughts that came with a tool call on to the request, which LangChain would leave out: some servers refuse a
 * conversation without them (DeepSeek: `reasoning_content` must come back within a loop of tool calls).
 */
export function returnedThoughts(): AgentMiddleware {
  return createMiddleware({
    name: 'ReturnedThoughts',
    wrapModelCall: (request, handler) =>
      handler({ ...request, messages: request.messages.map((message) => withThoughts(message)) }),
  });
}

function withThoughts(message: BaseMessage): BaseMessage {
  if (!AIMessage.isInstance(message) || (message.tool_calls ?? []).length === 0) return message;
  const thoughts = message.additional_kwargs['reasoning_content'];
  if (typeof thoughts !== 'string' || thoughts === '' || typeof message.content !== 'string') return message;
  const said = message.content === '' ? [] : [{ type: 'text', text: message.content }];
  return new AIMessage({
    content: [{ type: THOUGHTS, text: thoughts }, ...said],
    tool_calls: message.tool_calls ?? [],
    ...(message.id !== undefined && { id: message.id }),
  });
}
