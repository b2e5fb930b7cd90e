import type { BaseMessage } from '@langchain/core/messages';
import { isJsonObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';

/** Tokens that a model read and wrote. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  /** Of the input, what the provider had in its cache, and what it put there. */
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

/** Characters of one token, about, in the tokenizers of today's models. */
const CHARACTERS = 4;

/** Tokens of a model call, as its server counts them; estimated from the texts where it does not say. */
export function tokensOf(answer: BaseMessage, asked: readonly BaseMessage[]): Tokens {
  const { input, output, ...cached } = countedTokens(answer);
  return { input: input ?? estimated(asked), output: output ?? estimated([answer]), ...cached };
}

/** As far as its server counts them. */
type Counted = Omit<Tokens, 'input' | 'output'> & {
  readonly input: number | undefined;
  readonly output: number | undefined;
};

/** Tokens of a model call as far as its server counts them. Servers that do not count say 0 too, which no call uses. */
export function countedTokens(answer: BaseMessage): Counted {
  const found: unknown = Reflect.get(answer, 'usage_metadata');
  const usage = isJsonObject(found) ? found : {};
  const details = isJsonObject(usage['input_token_details']) ? usage['input_token_details'] : {};
  const [cacheRead, cacheWrite] = [numberAt(details, 'cache_read'), numberAt(details, 'cache_creation')];
  return {
    input: numberAt(usage, 'input_tokens') || undefined,
    output: numberAt(usage, 'output_tokens') || undefined,
    ...(cacheRead !== undefined && { cacheRead }),
    ...(cacheWrite !== undefined && { cacheWrite }),
  };
}

function numberAt(of: JsonObject, key: string): number | undefined {
  const value = of[key];
  return typeof value === 'number' ? value : undefined;
}

function estimated(messages: readonly BaseMessage[]): number {
  const characters = messages.reduce((sum, message) => {
    const calls: unknown = Reflect.get(message, 'tool_calls');
    return sum + JSON.stringify(message.content).length + JSON.stringify(calls ?? '').length;
  }, 0);
  return Math.ceil(characters / CHARACTERS);
}
