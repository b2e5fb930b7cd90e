import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { ModelSpec } from '../../definition/definition.ts';
import type { AgentSettings } from '../../settings.ts';
import { modelFetch } from '../wire/fetch.ts';
import { openaiChat } from '../wire/openai-chat.ts';
import { openaiResponses } from '../wire/openai-responses.ts';
import { callRules, lengths, MAX_RETRIES, NO_KEY, NO_TIMEOUT_MS } from './manner.ts';

/** Which of the two APIs, and how much the model thinks: as the definition says, or the worker. */
export function apiOf(spec: ModelSpec, settings: AgentSettings) {
  const api = spec.api ?? settings.openaiApi ?? 'chat';
  const effort = spec.reasoningEffort ?? settings.reasoningEffort;
  const asked = api === 'chat' ? { reasoning_effort: effort } : { reasoning: { effort } };
  return { api, modelKwargs: effort === undefined ? {} : asked };
}

/**
 * Chat completions unless told otherwise: every server that calls itself compatible has them. The classes are those of one
 * API each, as `ChatOpenAI` goes by the names of models. `streaming` stays unset, as LangChain would then count tokens itself
 * with tables that it downloads; the observer of a run asks for a stream instead.
 */
export async function openai(spec: ModelSpec, settings: AgentSettings): Promise<BaseChatModel> {
  const { apiKey, baseUrl } = settings.openai;
  const { api, modelKwargs } = apiOf(spec, settings);
  const habits = { streamOptions: true, developerRole: baseUrl === undefined };
  const protocol = api === 'chat' ? openaiChat(habits) : openaiResponses;
  const fields = {
    model: spec.model,
    apiKey: apiKey ?? NO_KEY,
    streamUsage: true,
    maxRetries: MAX_RETRIES,
    ...lengths(spec),
    modelKwargs,
    configuration: {
      baseURL: baseUrl ?? 'https://api.openai.com/v1',
      timeout: NO_TIMEOUT_MS,
      fetch: modelFetch({ protocol, ...callRules(spec, apiKey, settings) }),
    },
  };
  if (api === 'responses') {
    const { ChatOpenAIResponses } = await import('@langchain/openai');
    return new ChatOpenAIResponses(fields);
  }
  const { ChatCompletions } = await import('./chat-completions.ts');
  return new ChatCompletions(fields);
}
