import type { BaseMessage } from '@langchain/core/messages';
import { isJsonObject } from '../../json.ts';

/** How an answer came to its end. */
export type Ending = 'whole' | 'cut' | 'filtered' | 'refused' | 'broken' | 'paused';

/** The reasons that servers give, in lower case; any other one is an end as it should be. */
const ENDINGS: Readonly<Record<string, Ending>> = {
  // OpenAI, Anthropic, Mistral, Gemini, Cohere, Bedrock
  length: 'cut',
  max_tokens: 'cut',
  max_output_tokens: 'cut',
  model_length: 'cut',
  model_context_window_exceeded: 'cut',
  incomplete: 'cut',
  error_limit: 'cut',
  repetition_truncation: 'cut',
  content_filter: 'filtered',
  content_filtered: 'filtered',
  guardrail_intervened: 'filtered',
  safety: 'filtered',
  recitation: 'filtered',
  blocklist: 'filtered',
  prohibited_content: 'filtered',
  spii: 'filtered',
  image_safety: 'filtered',
  language: 'filtered',
  sensitive: 'filtered',
  error_toxic: 'filtered',
  blacklist: 'filtered',
  refusal: 'refused',
  // OpenRouter, DeepSeek, Zhipu, vLLM
  error: 'broken',
  abort: 'broken',
  cancelled: 'broken',
  network_error: 'broken',
  insufficient_system_resource: 'broken',
  timeout: 'broken',
  user_cancel: 'broken',
  malformed_function_call: 'broken',
  malformed_model_output: 'broken',
  malformed_tool_use: 'broken',
  unexpected_tool_call: 'broken',
  pause_turn: 'paused',
};

export function endingOf(reason: string | undefined): Ending {
  return ENDINGS[reason?.toLowerCase() ?? ''] ?? 'whole';
}

/** Why a model stopped, in its server's word; undefined when it did not say. */
export function finishReasonOf({ response_metadata: metadata, additional_kwargs: more }: BaseMessage) {
  const details: unknown = metadata['incomplete_details'];
  const candidates: readonly unknown[] = [
    metadata['finish_reason'],
    metadata['stop_reason'],
    more['stop_reason'],
    // Gemini; Bedrock, where it does not stream
    more['finishReason'],
    metadata['stopReason'],
    isJsonObject(details) ? details['reason'] : undefined,
    more['refusal'] !== undefined && more['refusal'] !== '' ? 'refusal' : undefined,
    metadata['status'],
  ];
  return candidates.find((one) => typeof one === 'string' && one !== '') as string | undefined;
}
