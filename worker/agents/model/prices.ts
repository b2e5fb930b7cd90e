import type { JsonObject } from '../../json.ts';
import type { Tokens } from './tokens.ts';

/** What a million tokens of a model cost. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Of input that the provider had in its cache, or put there; as other input when absent. */
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

/** What models cost, by the names that definitions use; what is not here has no price. */
export interface Prices {
  readonly currency: string;
  readonly models: Readonly<Record<string, ModelPrice>>;
}

const PER = 1_000_000;

/** What one call of a model cost; undefined when nobody has said its price. */
export function costOf(prices: Prices | undefined, model: string, tokens: Tokens): number | undefined {
  const price = prices && Object.hasOwn(prices.models, model) ? prices.models[model] : undefined;
  if (price === undefined) return undefined;
  const { input, output, cacheRead = 0, cacheWrite = 0 } = tokens;
  const sum =
    Math.max(0, input - cacheRead - cacheWrite) * price.input +
    cacheRead * (price.cacheRead ?? price.input) +
    cacheWrite * (price.cacheWrite ?? price.input) +
    output * price.output;
  return sum / PER;
}

/** A cost as events and results carry it; sums of many calls have no more digits than money has use for. */
export function costJson(amount: number, { currency }: Prices): JsonObject {
  return { amount: Number(amount.toPrecision(12)), currency };
}
