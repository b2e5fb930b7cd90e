import type { AgentSettings } from '../agents/settings.ts';
import type { Issuer, TenantToken } from '../caller.ts';
import { readIssuers, readTokens, tokenSecrets } from './callers.ts';
import { envReader } from './env-reader.ts';
import type { EnvReader, Environment } from './env-reader.ts';
import { mcpSecrets } from './mcp.ts';
import { readModelRates } from './model-rates.ts';
import { readOrigins } from './origins.ts';
import { natsSecrets } from './nats.ts';
import type { NatsConfig } from './nats.ts';
import { HEADER_PREFIX, modelSecrets } from './models.ts';
import type { PostgresConfig } from './postgres.ts';
import type { RedisConfig } from './redis.ts';
import type { WebhookSettings } from './webhooks.ts';
import type { ModelRate } from '../job-options.ts';
import type { RetryPolicy } from '../jobs/rules/retry.ts';
import type { LogConfig } from '../observability/log.ts';
import type { Problem } from '../ports.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** All that `worker serve` goes by. */
export interface Config {
  readonly nats: NatsConfig;
  readonly postgres: PostgresConfig & { readonly poolSize: number };
  readonly redis: RedisConfig;
  readonly agent: AgentSettings;
  /** Holds the definitions of agents that have names. */
  readonly agentsFolder: string | undefined;
  /** Holds agents written in code. */
  readonly codeFolder: string | undefined;
  readonly jobs: {
    readonly concurrency: number;
    readonly leaseMs: number;
    readonly timeoutMs: number;
    readonly retry: RetryPolicy;
    readonly retentionMs: number;
    readonly historyMs: number;
    readonly shutdownMs: number;
    readonly modelRates: ReadonlyMap<string, ModelRate>;
  };
  readonly http: {
    /** Address without brackets, or a name of the machine's own. */
    readonly host: string;
    readonly port: number;
    /** Of an operator, who sees everything. */
    readonly token: string | undefined;
    readonly tokens: readonly TenantToken[];
    readonly issuers: readonly Issuer[];
    /** Whose pages may call from a browser. */
    readonly origins: '*' | readonly string[];
    readonly maxRequestBytes: number;
    readonly publicUrl: string;
  };
  /** Absent where no client is called. */
  readonly webhooks?: WebhookSettings | undefined;
  readonly log: LogConfig;
  readonly tracing: { readonly endpoint: string | undefined; readonly serviceName: string };
}

const SECRETS = [
  'POSTGRES_PASSWORD',
  'DATABASE_URL',
  'DRAGONFLY_PASSWORD',
  'REDIS_URL',
  'API_TOKEN',
  'API_TOKENS',
  'MCP_SERVERS',
  'WEBHOOK_SECRET',
  'NATS_PASSWORD',
  'NATS_TOKEN',
  'NATS_NKEY_SEED',
] as const;

/** A part of the configuration, or everything that is wrong with the environment. */
export type Read<T> =
  | { readonly kind: 'config'; readonly config: T }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** Reads with one of the functions of this folder. */
export function readConfig<T>(environment: Environment, read: (env: EnvReader) => T): Read<T> {
  const env = envReader(environment);
  const config = read(env);
  if (env.problems.length > 0) return { kind: 'problems', problems: env.problems };
  return { kind: 'config', config: Object.freeze(config) };
}

export function readLog(env: EnvReader): LogConfig {
  return {
    level: env.oneOf('LOG_LEVEL', LOG_LEVELS),
    secrets: [
      ...SECRETS.flatMap((name) => env.optional(name) ?? []),
      ...natsSecrets(env),
      ...mcpSecrets(env),
      ...modelSecrets(env),
      ...tokenSecrets(env),
      ...Object.values(env.named(HEADER_PREFIX)),
    ],
  };
}

export function readJobs(env: EnvReader): Config['jobs'] {
  return {
    concurrency: env.integer('WORKER_CONCURRENCY', 1, 200),
    leaseMs: readLease(env),
    timeoutMs: env.duration('JOB_TIMEOUT', 1_000),
    retry: {
      maxAttempts: env.integer('MAX_ATTEMPTS', 1, 100),
      maxCrashes: env.integer('MAX_CRASHES', 1, 1_000),
      baseMs: env.duration('RETRY_BASE_DELAY', 1),
      maxMs: env.duration('RETRY_MAX_DELAY', 1),
      patienceMs: env.duration('RETRY_PATIENCE', 0),
      elsewhereMs: env.duration('RETRY_PATIENCE', 0),
    },
    retentionMs: env.duration('JOB_RETENTION', 60_000),
    historyMs: env.duration('CHECKPOINT_HISTORY', 0),
    shutdownMs: env.duration('SHUTDOWN_TIMEOUT', 100),
    modelRates: readModelRates(env),
  };
}

/** Also the ack wait of the consumer, which `ensure-stream` sets. */
export function readLease(env: EnvReader): number {
  return env.duration('LEASE_DURATION', 1_000);
}

export function readHttp(env: EnvReader): Config['http'] {
  return {
    host: env.matching('HOST', /^[\w.:%-]+$/, 'an address such as 127.0.0.1, 0.0.0.0 or ::'),
    port: env.integer('PORT', 0, 65_535),
    token: env.optional('API_TOKEN'),
    tokens: readTokens(env),
    issuers: readIssuers(env),
    origins: readOrigins(env),
    maxRequestBytes: env.integer('MAX_REQUEST_BYTES', 1_024, 67_108_864),
    publicUrl: (env.url('PUBLIC_URL', ['http:', 'https:']) ?? '').replace(/\/+$/, ''),
  };
}
