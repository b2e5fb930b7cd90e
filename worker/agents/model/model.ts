import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { Failure } from '../../jobs/failures.ts';
import { boundOnce } from './bound-once.ts';
import type { ModelSpec } from '../definition/definition.ts';
import type { AgentSettings, ModelServer } from '../settings.ts';

/** A call that fails is made once more at once; after that the job waits its turn for another attempt. */
const MAX_RETRIES = 1;

/** Some clients insist on a key, and servers of one's own often have none. */
const NO_KEY = 'none';

/** The client for the model of a node. Keys and addresses come from the worker alone: a definition cannot send them elsewhere. */
export async function chatModel(spec: ModelSpec, settings: AgentSettings): Promise<BaseChatModel> {
  return boundOnce(await client(spec, settings));
}

function client(spec: ModelSpec, settings: AgentSettings): Promise<BaseChatModel> {
  switch (spec.provider) {
    case 'openai':
      return openai(spec, settings.openai);
    case 'anthropic':
      return anthropic(spec, settings.anthropic);
    default:
      throw new Failure(
        'UNKNOWN_PROVIDER',
        `cannot use models of "${spec.provider}": the worker has no such provider`,
      );
  }
}

/**
 * Chat completions rather than responses: every server that calls itself compatible has them. `streaming` stays unset, as
 * LangChain would then count tokens itself with tables that it downloads; the observer of a run asks for a stream instead.
 */
async function openai(spec: ModelSpec, server: ModelServer): Promise<BaseChatModel> {
  const { ChatOpenAI } = await import('@langchain/openai');
  return new ChatOpenAI({
    model: spec.model,
    apiKey: server.apiKey ?? NO_KEY,
    useResponsesApi: false,
    streamUsage: true,
    maxRetries: MAX_RETRIES,
    ...(spec.temperature !== undefined && { temperature: spec.temperature }),
    ...(spec.maxTokens !== undefined && { maxTokens: spec.maxTokens }),
    configuration: { baseURL: server.baseUrl ?? 'https://api.openai.com/v1' },
  });
}

async function anthropic(spec: ModelSpec, server: ModelServer): Promise<BaseChatModel> {
  const { ChatAnthropic } = await import('@langchain/anthropic');
  return new ChatAnthropic({
    model: spec.model,
    apiKey: server.apiKey ?? NO_KEY,
    maxRetries: MAX_RETRIES,
    ...(spec.temperature !== undefined && { temperature: spec.temperature }),
    ...(spec.maxTokens !== undefined && { maxTokens: spec.maxTokens }),
    anthropicApiUrl: server.baseUrl ?? 'https://api.anthropic.com',
  });
}
