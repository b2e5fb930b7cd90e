import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { ModelSpec } from '../../definition/definition.ts';
import type { AgentSettings } from '../../settings.ts';
import { modelFetch } from '../wire/fetch.ts';
import { openaiChat } from '../wire/openai-chat.ts';
import { openaiResponses } from '../wire/openai-responses.ts';
import { callRules, lengths, MAX_RETRIES, NO_KEY, NO_TIMEOUT_MS } from './manner.ts';
import { apiOf } from './openai.ts';

/** The servers take `system` of every model, and `developer` of some. */
const HABITS = { streamOptions: true, developerRole: false };

/**
 * Models of Azure OpenAI, by the names of their deployments: over the v1 API, which needs no version, or, where the worker names
 * one, chat completions over the API of before (https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle).
 */
export async function azure(spec: ModelSpec, settings: AgentSettings): Promise<BaseChatModel> {
  const { apiKey = NO_KEY, baseUrl, apiVersion } = settings.azure ?? {};
  const endpoint = (baseUrl ?? '').replace(/\/+$/, '');
  const { api, modelKwargs } = apiOf(spec, settings);
  const protocol = api === 'chat' ? openaiChat(HABITS) : openaiResponses;
  const fetch = modelFetch({ protocol, ...callRules(spec, apiKey, settings) });
  const fields = {
    model: spec.model,
    ...lengths(spec),
    modelKwargs,
    streamUsage: true,
    maxRetries: MAX_RETRIES,
  };
  const configuration = { timeout: NO_TIMEOUT_MS, fetch };
  const versioned = {
    ...fields,
    azureOpenAIApiKey: apiKey,
    azureOpenAIEndpoint: endpoint,
    azureOpenAIApiDeploymentName: spec.model,
    azureOpenAIApiVersion: apiVersion ?? '',
    configuration,
  };
  const v1 = {
    ...fields,
    apiKey,
    configuration: {
      ...configuration,
      baseURL: `${endpoint}/openai/v1`,
      defaultHeaders: { 'api-key': apiKey },
    },
  };
  if (api === 'responses') {
    const { ChatOpenAIResponses } = await import('@langchain/openai');
    return new ChatOpenAIResponses(v1);
  }
  const { AzureChatCompletions, ChatCompletions } = await import('./chat-completions.ts');
  return apiVersion === undefined ? new ChatCompletions(v1) : new AzureChatCompletions(versioned);
}
