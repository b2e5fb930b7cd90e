import type { ModelSpec } from '../../definition/definition.ts';
import type { AgentSettings } from '../../settings.ts';
import type { CallRules } from '../wire/ask.ts';
import type { CallTimes } from '../wire/watch.ts';

/** Another attempt is for `modelFetch` and for the job, which do not keep a slot waiting. */
export const MAX_RETRIES = 0;

/** Some clients insist on a key, and servers of one's own often have none. */
export const NO_KEY = 'none';

/** `modelFetch` keeps the time; the clients insist on a limit of their own, here the longest that a timer takes. */
export const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** Shorter keys stand for none (`none`, `x`), and would be found in words. */
const SHORTEST_SECRET = 8;

/** Of workers that say nothing else, in milliseconds. */
const TIMES: CallTimes = { firstByteMs: 600_000, betweenMs: 300_000, wholeMs: 0 };

/** How a model is called: its headers and times, and what must never be quoted, this key among it. */
export function callRules(
  { headers, headerVariables = {}, times }: ModelSpec,
  apiKey: string | undefined,
  settings: AgentSettings,
): CallRules & { readonly secrets: readonly string[] } {
  const hidden = Object.entries(headerVariables).map(
    ([name, variable]) => [name, settings.headerVariables?.[variable] ?? ''] as const,
  );
  const secrets = [apiKey ?? '', ...hidden.map(([, value]) => value)];
  return {
    headers: { ...headers, ...Object.fromEntries(hidden) },
    times: { ...TIMES, ...settings.modelTimes, ...times },
    secrets: secrets.filter((secret) => secret.length >= SHORTEST_SECRET),
  };
}

/** What every client takes of a definition under the same names. */
export function lengths({ temperature, maxTokens }: ModelSpec) {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(maxTokens !== undefined && { maxTokens }),
  };
}
