import type { AgentSettings } from '../agents/settings.ts';
import type { EnvReader } from './env-reader.ts';
import { readFallbacks } from './fallbacks.ts';
import { readMcp } from './mcp.ts';
import { HEADER_PREFIX, readModels } from './models.ts';

/** What agents may use. It stands apart, so that commands that run none do not load what judges models. */
export function readAgent(env: EnvReader): AgentSettings {
  const settings = {
    ...readModels(env),
    headerVariables: env.named(HEADER_PREFIX),
    recursionLimit: env.integer('RECURSION_LIMIT', 5, 100_000),
    tokenBudget: env.integer('TOKEN_BUDGET', 0, 1_000_000_000),
    modelCalls: env.integer('MODEL_CALLS_PER_JOB', 1, 1_000),
    toolTimeoutMs: env.duration('TOOL_TIMEOUT', 100),
    toolMemoryMb: env.integer('TOOL_MEMORY_MB', 8, 2_048),
    python: env.oneOf('TOOL_PYTHON', ['off', 'subprocess']),
    ...readMcp(env),
  };
  return { ...settings, defaultFallbacks: readFallbacks(env, settings) };
}
