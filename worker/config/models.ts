import type {
  AgentSettings,
  AzureServer,
  BedrockServer,
  GoogleServer,
  ModelServer,
} from '../agents/settings.ts';
import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { EnvReader } from './env-reader.ts';
import { readPrices } from './prices.ts';

const PROTOCOLS = ['http:', 'https:'];

/** What of the environment opens a maker's servers, and is never shown. */
const SECRETS = [
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'AZURE_OPENAI_API_KEY',
  'GOOGLE_API_KEY',
  'GOOGLE_CLOUD_CREDENTIALS',
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
] as const;

/** Variables of this beginning hold headers that definitions may send to models: nothing else of the environment is within reach. */
export const HEADER_PREFIX = 'MODEL_HEADER_';

/** Texts that no log may have. */
export function modelSecrets(env: EnvReader): readonly string[] {
  return SECRETS.flatMap((name) => env.optional(name) ?? []);
}

type ModelSettings = Pick<
  AgentSettings,
  | 'openai'
  | 'anthropic'
  | 'azure'
  | 'bedrock'
  | 'google'
  | 'openaiApi'
  | 'reasoningEffort'
  | 'modelTimes'
  | 'prices'
  | 'defaultModel'
>;

/** Which models the worker reaches, where, and how. */
export function readModels(env: EnvReader): ModelSettings {
  return {
    openai: readServer(env, 'OPENAI_API_KEY', 'OPENAI_BASE_URL'),
    anthropic: readServer(env, 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'),
    azure: readAzure(env),
    bedrock: readBedrock(env),
    google: readGoogle(env),
    openaiApi: env.oneOf('OPENAI_API', ['chat', 'responses']),
    reasoningEffort: env.optional('LLM_REASONING_EFFORT'),
    modelTimes: {
      firstByteMs: env.duration('MODEL_START_TIMEOUT', 1_000),
      betweenMs: env.duration('MODEL_IDLE_TIMEOUT', 1_000),
      wholeMs: 0,
    },
    prices: readPrices(env),
    defaultModel: env.optional('LLM_MODEL_NAME'),
  };
}

function readServer(
  env: EnvReader,
  key: 'OPENAI_API_KEY' | 'ANTHROPIC_API_KEY',
  url: 'OPENAI_BASE_URL' | 'ANTHROPIC_BASE_URL',
): ModelServer {
  return { apiKey: env.optional(key), baseUrl: env.url(url, PROTOCOLS) };
}

function readAzure(env: EnvReader): AzureServer | undefined {
  const server = {
    apiKey: env.optional('AZURE_OPENAI_API_KEY'),
    baseUrl: env.url('AZURE_OPENAI_ENDPOINT', PROTOCOLS),
    apiVersion: env.optional('AZURE_OPENAI_API_VERSION'),
  };
  return server.baseUrl === undefined ? undefined : server;
}

/** The SDK of AWS reads its own variables; they are named here for the log, which must not show them. */
function readBedrock(env: EnvReader): BedrockServer | undefined {
  const baseUrl = env.url('BEDROCK_BASE_URL', PROTOCOLS);
  if (!env.has('BEDROCK_REGION')) return undefined;
  return { region: env.matching('BEDROCK_REGION', /^[a-z0-9-]+$/, 'a region such as eu-central-1'), baseUrl };
}

function readGoogle(env: EnvReader): GoogleServer | undefined {
  const project = env.optional('GOOGLE_CLOUD_PROJECT');
  const server = {
    // With a project it is a key of something else.
    apiKey: project === undefined ? env.optional('GOOGLE_API_KEY') : undefined,
    baseUrl: env.url('GOOGLE_BASE_URL', PROTOCOLS),
    project,
    location: env.optional('GOOGLE_CLOUD_LOCATION'),
    credentials: env.has('GOOGLE_CLOUD_CREDENTIALS')
      ? env.json('GOOGLE_CLOUD_CREDENTIALS', objectIn, 'the JSON of an identity, an object')
      : undefined,
  };
  return server.apiKey === undefined && project === undefined ? undefined : server;
}

function objectIn(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}
