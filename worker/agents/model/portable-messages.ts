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

/**
 * Messages as a model of this provider takes them: of what those of another one have said, the words and the calls of tools.
 * Clients leave out most of what is for its maker alone, but not all (`redacted_thinking`, ids).
 */
export function portableMessages(messages: readonly BaseMessage[], provider: string): BaseMessage[] {
  return messages.map((message) => {
    if (!AIMessage.isInstance(message) || !isForeign(message, provider)) return message;
    return new AIMessage({ content: message.text, tool_calls: message.tool_calls ?? [] });
  });
}

function isForeign({ response_metadata: metadata }: AIMessage, provider: string): boolean {
  const maker: unknown = metadata['model_provider'];
  // Messages do not say which of the two it was, and both take them.
  return typeof maker === 'string' && maker !== (provider === 'azure' ? 'openai' : provider);
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
