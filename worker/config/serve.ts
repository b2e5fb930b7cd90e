import { readAgent } from './agent.ts';
import { readHttp, readJobs, readLog } from './config.ts';
import type { Config } from './config.ts';
import type { EnvReader } from './env-reader.ts';
import { readNats } from './nats.ts';
import { readPostgres } from './postgres.ts';
import { readRedis } from './redis.ts';
import { readWebhooks } from './webhooks.ts';

/** Ten workers with what everybody has by default fit a database with what everybody has by default. */
function readPoolSize(env: EnvReader, concurrency: number): number {
  return env.has('POSTGRES_POOL_SIZE') ? env.integer('POSTGRES_POOL_SIZE', 2, 500) : concurrency + 2;
}

/** All that a worker goes by. */
export function readServe(env: EnvReader): Config {
  const [nats, postgres, redis] = [readNats(env), readPostgres(env), readRedis(env)];
  const [agent, jobs] = [readAgent(env), readJobs(env)];
  return {
    nats,
    postgres: { ...postgres, poolSize: readPoolSize(env, jobs.concurrency) },
    redis,
    agent,
    agentsFolder: env.optional('AGENTS_DIR'),
    codeFolder: env.optional('AGENTS_CODE_DIR'),
    jobs,
    http: readHttp(env),
    webhooks: readWebhooks(env),
    log: readLog(env),
    tracing: {
      endpoint: env.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:']),
      serviceName: env.text('OTEL_SERVICE_NAME'),
    },
  };
}
