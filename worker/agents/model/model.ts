import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { AnthropicInput } from '@langchain/anthropic';
import { Failure } from '../../jobs/rules/failures.ts';
import { boundOnce } from './bound-once.ts';
import type { NodeModel, NodeModels } from './fallback.ts';
import { judgeSummaries } from './summaries.ts';
import type { ModelSpec, NodeSpec } from '../definition/definition.ts';
import type { AgentSettings } from '../settings.ts';
import { anthropicMessages } from './wire/anthropic.ts';
import { modelFetch } from './wire/fetch.ts';
import { openaiChat } from './wire/openai-chat.ts';
import { openaiResponses } from './wire/openai-responses.ts';
import type { Protocol } from './wire/protocol.ts';
import type { CallTimes } from './wire/watch.ts';

/** Another attempt is for `modelFetch` and for the job, which do not keep a slot waiting. */
const MAX_RETRIES = 0;

/** Some clients insist on a key, and servers of one's own often have none. */
const NO_KEY = 'none';

/** The models of a node. Keys and addresses come from the worker alone: a definition cannot send them elsewhere. */
export async function nodeModels(
  { model, fallbacks }: Pick<NodeSpec, 'model' | 'fallbacks'>,
  settings: AgentSettings,
): Promise<NodeModels> {
  const open = async (spec: ModelSpec): Promise<NodeModel> => ({
    spec,
    client: boundOnce(await clientOf(spec, settings)),
  });
  const models: NodeModels = await Promise.all([open(model), ...fallbacks.map(open)]);
  judgeSummaries(models);
  return models;
}

function clientOf(spec: ModelSpec, settings: AgentSettings): Promise<BaseChatModel> {
  switch (spec.provider) {
    case 'openai':
      return openai(spec, settings);
    case 'anthropic':
      return anthropic(spec, settings);
    default:
      throw new Failure(
        'UNKNOWN_PROVIDER',
        `cannot use models of "${spec.provider}": the worker has no such provider`,
      );
  }
}

/**
 * Chat completions unless told otherwise: every server that calls itself compatible has them. The classes are those of one
 * API each, as `ChatOpenAI` goes by the names of models. `streaming` stays unset, as LangChain would then count tokens itself
 * with tables that it downloads; the observer of a run asks for a stream instead.
 */
async function openai(spec: ModelSpec, settings: AgentSettings): Promise<BaseChatModel> {
  const { apiKey, baseUrl } = settings.openai;
  const api = spec.api ?? settings.openaiApi ?? 'chat';
  const effort = spec.reasoningEffort ?? settings.reasoningEffort;
  const habits = { streamOptions: true, developerRole: baseUrl === undefined };
  const protocol = api === 'chat' ? openaiChat(habits) : openaiResponses;
  const fields = {
    model: spec.model,
    apiKey: apiKey ?? NO_KEY,
    streamUsage: true,
    maxRetries: MAX_RETRIES,
    ...(spec.temperature !== undefined && { temperature: spec.temperature }),
    ...(spec.maxTokens !== undefined && { maxTokens: spec.maxTokens }),
    configuration: {
      baseURL: baseUrl ?? 'https://api.openai.com/v1',
      timeout: NO_TIMEOUT_MS,
      fetch: fetchFor(spec, apiKey, protocol, settings),
    },
  };
  if (api === 'responses') {
    const { ChatOpenAIResponses } = await import('@langchain/openai');
    return new ChatOpenAIResponses({
      ...fields,
      modelKwargs: effort === undefined ? {} : { reasoning: { effort } },
    });
  }
  const { ChatCompletions } = await import('./chat-completions.ts');
  return new ChatCompletions({
    ...fields,
    modelKwargs: effort === undefined ? {} : { reasoning_effort: effort },
  });
}

async function anthropic(spec: ModelSpec, settings: AgentSettings): Promise<BaseChatModel> {
  const server = settings.anthropic;
  const { ChatAnthropic } = await import('@langchain/anthropic');
  return new ChatAnthropic({
    model: spec.model,
    apiKey: server.apiKey ?? NO_KEY,
    maxRetries: MAX_RETRIES,
    ...(spec.temperature !== undefined && { temperature: spec.temperature }),
    ...(spec.maxTokens !== undefined && { maxTokens: spec.maxTokens }),
    ...thinking(spec.reasoningEffort),
    anthropicApiUrl: server.baseUrl ?? 'https://api.anthropic.com',
    clientOptions: {
      timeout: NO_TIMEOUT_MS,
      fetch: fetchFor(spec, server.apiKey, anthropicMessages, settings),
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

/** `modelFetch` keeps the time; the clients insist on a limit of their own, here the longest that a timer takes. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** Shorter keys stand for none (`none`, `x`), and would be found in words. */
const SHORTEST_SECRET = 8;

/** Of workers that say nothing else, in milliseconds. */
const TIMES: CallTimes = { firstByteMs: 600_000, betweenMs: 300_000, wholeMs: 0 };

function fetchFor(
  { headers, headerVariables = {}, times }: ModelSpec,
  apiKey: string | undefined,
  protocol: Protocol,
  settings: AgentSettings,
): typeof fetch {
  const hidden = Object.entries(headerVariables).map(
    ([name, variable]) => [name, settings.headerVariables?.[variable] ?? ''] as const,
  );
  const secrets = [apiKey ?? '', ...hidden.map(([, value]) => value)];
  return modelFetch({
    protocol,
    headers: { ...headers, ...Object.fromEntries(hidden) },
    times: { ...TIMES, ...settings.modelTimes, ...times },
    secrets: secrets.filter((secret) => secret.length >= SHORTEST_SECRET),
  });
}
