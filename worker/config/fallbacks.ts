import { capabilitiesOf } from '../agents/definition/capabilities.ts';
import { parseFallbacks } from '../agents/definition/default-fallbacks.ts';
import type { ModelSpec } from '../agents/definition/definition.ts';
import type { AgentSettings } from '../agents/settings.ts';
import { parseJson } from '../json.ts';
import type { EnvReader } from './env-reader.ts';

const NAME = 'MODEL_FALLBACKS';

/** Models that a worker with these settings asks in the place of others; none where nobody names one. */
export function readFallbacks(env: EnvReader, settings: AgentSettings): readonly ModelSpec[] {
  const text = env.optional(NAME);
  if (text === undefined) return [];
  const json = parseJson(text);
  if (json === undefined) {
    env.refuse(NAME, 'a list of models as JSON', JSON.stringify(text));
    return [];
  }
  const { models, problems } = parseFallbacks(json, NAME, capabilitiesOf(settings));
  env.problems.push(...problems);
  return models;
}
