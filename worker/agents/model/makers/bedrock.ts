import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { ModelSpec } from '../../definition/definition.ts';
import type { AgentSettings } from '../../settings.ts';
import { bytesFetch } from '../wire/bytes.ts';
import { brokenOff } from '../wire/error-answer.ts';
import { noKey } from './errors.ts';
import { callRules, lengths } from './manner.ts';

/** Models of Amazon Bedrock, over Converse. Their client is loaded with the first of them. */
export async function bedrock(spec: ModelSpec, settings: AgentSettings): Promise<BaseChatModel> {
  const { region = '', baseUrl } = settings.bedrock ?? {};
  const { openConverse } = await import('./bedrock-client.ts');
  return openConverse({
    model: spec.model,
    lengths: lengths(spec),
    region,
    baseUrl,
    fetch: bytesFetch(callRules(spec, undefined, settings)),
    brokenOff,
    noKey,
  });
}
