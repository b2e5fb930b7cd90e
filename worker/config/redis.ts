import type { RedisAddress, StreamLimits } from '../adapters/redis/events.ts';
import { readAuthorities } from './authorities.ts';
import type { EnvReader } from './env-reader.ts';

/** Where live events are, and how much of them is kept. */
export interface RedisConfig {
  readonly address: RedisAddress;
  readonly limits: StreamLimits;
}

const URL_RULE =
  'redis:// or rediss://, then user:password@host:port/database, percent-encoded, and nothing behind it';

/** What the URL says; undefined when it says something else than an address. */
function parseAddress(url: URL): Omit<RedisAddress, 'tls'> | undefined {
  const { protocol, hostname, port, username, password, pathname, search, hash } = url;
  const database = /^\/?(\d{0,5})$/.exec(pathname)?.[1];
  if (!['redis:', 'rediss:'].includes(protocol) || hostname === '') return undefined;
  if (database === undefined || search !== '' || hash !== '') return undefined;
  try {
    return {
      host: hostname.replaceAll(/[[\]]/g, ''),
      port: Number(port || 6379),
      user: decodeURIComponent(username) || undefined,
      password: decodeURIComponent(password) || undefined,
      database: Number(database),
    };
  } catch {
    // A % that encodes nothing.
    return undefined;
  }
}

function readParts(env: EnvReader): Omit<RedisAddress, 'tls'> {
  const [user, password] = [env.optional('DRAGONFLY_USER'), env.optional('DRAGONFLY_PASSWORD')];
  if (user !== undefined && password === undefined)
    env.refuse('DRAGONFLY_PASSWORD', 'the password of DRAGONFLY_USER', 'none');
  return { host: env.text('DRAGONFLY_HOST'), port: env.integer('DRAGONFLY_PORT', 1, 65_535), user, password };
}

function readAddress(env: EnvReader): Omit<RedisAddress, 'tls'> {
  const url = env.optional('REDIS_URL');
  if (url === undefined) return readParts(env);
  const parsed = URL.canParse(url) ? parseAddress(new URL(url)) : undefined;
  if (parsed === undefined) env.refuse('REDIS_URL', URL_RULE, 'another value');
  // Never used when there is a problem.
  return parsed ?? { host: '', port: 0, password: undefined };
}

function readTls(env: EnvReader): RedisAddress['tls'] {
  const ca = readAuthorities(env, 'DRAGONFLY_CA_FILE');
  const wanted = env.oneOf('DRAGONFLY_TLS', ['false', 'true']) === 'true';
  if (ca !== undefined) return { ca };
  return wanted || env.optional('REDIS_URL')?.startsWith('rediss:') ? {} : undefined;
}

export function readRedis(env: EnvReader): RedisConfig {
  return {
    address: { ...readAddress(env), tls: readTls(env) },
    limits: {
      length: env.integer('EVENT_STREAM_LENGTH', 100, 1_000_000),
      bytes: env.integer('EVENT_STREAM_MB', 1, 1_024) * 1_048_576,
      ttlSeconds: Math.ceil(env.duration('EVENT_STREAM_TTL', 60_000) / 1000),
    },
  };
}
