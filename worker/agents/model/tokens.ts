import type { BaseMessage } from '@langchain/core/messages';
import { isJsonObject } from '../../json.ts';

/** Tokens that a model read and wrote. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** Characters of one token, about, in the tokenizers of today's models. */
const CHARACTERS = 4;

/** Tokens of a model call, as its server counts them; estimated from the texts where it does not say. */
export function tokensOf(answer: BaseMessage, asked: readonly BaseMessage[]): Tokens {
  const { input, output } = countedTokens(answer);
  return { input: input ?? estimated(asked), output: output ?? estimated([answer]) };
}

/** Tokens of a model call as far as its server counts them. */
export function countedTokens(answer: BaseMessage): { readonly [Way in keyof Tokens]: number | undefined } {
  const usage: unknown = Reflect.get(answer, 'usage_metadata');
  const [input, output] = isJsonObject(usage) ? [usage['input_tokens'], usage['output_tokens']] : [];
  return {
    input: typeof input === 'number' ? input : undefined,
    output: typeof output === 'number' ? output : undefined,
  };
}

function estimated(messages: readonly BaseMessage[]): number {
  const characters = messages.reduce((sum, message) => {
    const calls: unknown = Reflect.get(message, 'tool_calls');
    return sum + JSON.stringify(message.content).length + JSON.stringify(calls ?? '').length;
  }, 0);
  return Math.ceil(characters / CHARACTERS);
}
