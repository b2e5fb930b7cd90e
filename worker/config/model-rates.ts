import type { ModelRate } from '../job-options.ts';
import { isJsonObject } from '../json.ts';
import type { Json } from '../json.ts';
import { LIMIT, PER_SECONDS, isWithin } from '../jobs/rules/options.ts';
import type { EnvReader } from './env-reader.ts';

const RULE = `an object {MODEL: {"limit": ${LIMIT.least} to ${LIMIT.most}, "per_seconds": ${PER_SECONDS.least} to ${PER_SECONDS.most}}}`;

/** How often models may be asked, by their names; none where nobody says. */
export function readModelRates(env: EnvReader): ReadonlyMap<string, ModelRate> {
  return env.has('MODEL_RATES') ? env.json('MODEL_RATES', ratesIn, RULE) : new Map();
}

function ratesIn(value: Json): ReadonlyMap<string, ModelRate> | undefined {
  if (!isJsonObject(value)) return undefined;
  const rates = new Map<string, ModelRate>();
  for (const [model, rate] of Object.entries(value)) {
    if (!isJsonObject(rate)) return undefined;
    const { limit = null, per_seconds = null, ...rest } = rate;
    if (!isWithin(limit, LIMIT) || !isWithin(per_seconds, PER_SECONDS) || Object.keys(rest).length > 0)
      return undefined;
    rates.set(model, { limit, per_seconds });
  }
  return rates;
}
