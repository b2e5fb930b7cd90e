import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { AnthropicInput } from '@langchain/anthropic';
import type { ModelSpec } from '../../definition/definition.ts';
import type { AgentSettings } from '../../settings.ts';
import { anthropicMessages } from '../wire/anthropic.ts';
import { modelFetch } from '../wire/fetch.ts';
import { callRules, lengths, MAX_RETRIES, NO_KEY, NO_TIMEOUT_MS } from './manner.ts';

/** Messages of Anthropic, and of servers that speak them. */
export async function anthropic(spec: ModelSpec, settings: AgentSettings): Promise<BaseChatModel> {
  const server = settings.anthropic;
  const { ChatAnthropic } = await import('@langchain/anthropic');
  return new ChatAnthropic({
    model: spec.model,
    apiKey: server.apiKey ?? NO_KEY,
    maxRetries: MAX_RETRIES,
    ...lengths(spec),
    ...thinking(spec.reasoningEffort),
    anthropicApiUrl: server.baseUrl ?? 'https://api.anthropic.com',
    clientOptions: {
      timeout: NO_TIMEOUT_MS,
      fetch: modelFetch({ protocol: anthropicMessages, ...callRules(spec, server.apiKey, settings) }),
    },
  });
}

/** What Anthropic's messages say of the effort: whether the model thinks, and how much it spends in all. */
function thinking(effort: string | undefined): Pick<AnthropicInput, 'thinking' | 'outputConfig'> {
  switch (effort) {
    case undefined:
      return {};
    case 'none':
      return { thinking: { type: 'disabled' } };
    case 'low':
    case 'medium':
    case 'high':
    case 'xhigh':
    case 'max':
      return { thinking: { type: 'adaptive' }, outputConfig: { effort } };
    default:
      throw new Error(`the definition was let through with an effort of "${effort}"`);
  }
}
