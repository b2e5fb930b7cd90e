import type { ModelPrice, Prices } from '../agents/model/prices.ts';
import { isJsonObject } from '../json.ts';
import type { Json } from '../json.ts';
import type { EnvReader } from './env-reader.ts';

const RULE =
  'an object {"currency"?: "USD", "models": {NAME: {"input": …, "output": …, "cache_read"?: …, "cache_write"?: …}}}, each for a million tokens';

/** What models cost; undefined where nobody says. */
export function readPrices(env: EnvReader): Prices | undefined {
  return env.has('MODEL_PRICES') ? env.json('MODEL_PRICES', pricesIn, RULE) : undefined;
}

function pricesIn(value: Json): Prices | undefined {
  if (!isJsonObject(value)) return undefined;
  const { currency = 'USD', models, ...rest } = value;
  // Codes of ISO 4217.
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return undefined;
  if (!isJsonObject(models) || Object.keys(rest).length > 0) return undefined;
  const read = Object.entries(models).map(([name, price]) => [name, priceIn(price)] as const);
  const known = read.filter((one): one is [string, ModelPrice] => one[1] !== undefined);
  return known.length === read.length ? { currency, models: Object.fromEntries(known) } : undefined;
}

function priceIn(value: Json): ModelPrice | undefined {
  if (!isJsonObject(value) || !Object.values(value).every(isAmount)) return undefined;
  const { input, output, cache_read: cacheRead, cache_write: cacheWrite, ...rest } = value;
  if (!isAmount(input) || !isAmount(output) || Object.keys(rest).length > 0) return undefined;
  return {
    input,
    output,
    ...(isAmount(cacheRead) && { cacheRead }),
    ...(isAmount(cacheWrite) && { cacheWrite }),
  };
}

function isAmount(value: Json | undefined): value is number {
  return typeof value === 'number' && value >= 0;
}
