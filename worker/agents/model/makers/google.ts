import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { ModelSpec } from '../../definition/definition.ts';
import type { AgentSettings } from '../../settings.ts';
import { modelFetch } from '../wire/fetch.ts';
import { gemini } from '../wire/gemini.ts';
import { noKey } from './errors.ts';
import { callRules, lengths, MAX_RETRIES } from './manner.ts';

/** Models of Google: of the Gemini API with a key, of Vertex AI in a project. Their client is loaded with the first of them. */
export async function google(spec: ModelSpec, settings: AgentSettings): Promise<BaseChatModel> {
  const server = settings.google ?? { apiKey: undefined, baseUrl: undefined };
  const { openGemini } = await import('./google-client.ts');
  return openGemini(server, {
    model: spec.model,
    effort: spec.reasoningEffort,
    lengths: lengths(spec),
    maxRetries: MAX_RETRIES,
    fetch: modelFetch({ protocol: gemini, ...callRules(spec, server.apiKey, settings) }),
    noKey,
  });
}
