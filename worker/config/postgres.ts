import type { PostgresAddress, PostgresTls } from '../adapters/postgres/connection.ts';
import { readAuthorities } from './authorities.ts';
import type { EnvReader } from './env-reader.ts';

/** Where the jobs are. */
export interface PostgresConfig {
  readonly address: PostgresAddress;
}

/** `allow` and `prefer` of libpq go on without TLS where there is none, which node-postgres cannot. */
const MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;

/**
 * As libpq reads the two variables, but that authorities alone make the check a must
 * (https://www.postgresql.org/docs/current/libpq-ssl.html). Undefined leaves it to the URL.
 */
function readTls(env: EnvReader): PostgresTls | undefined {
  // What is in it counts for the connections to come; here it is only looked at.
  readAuthorities(env, 'PGSSLROOTCERT');
  const caFile = env.optional('PGSSLROOTCERT');
  if (caFile === undefined && !env.has('PGSSLMODE')) return undefined;
  const mode = env.has('PGSSLMODE') ? env.oneOf('PGSSLMODE', MODES) : 'verify-full';
  switch (mode) {
    case 'disable':
      return { check: 'off' };
    case 'require':
      return caFile === undefined ? { check: 'nothing' } : { check: 'authority', caFile };
    case 'verify-ca':
      // Anybody has a certificate of one of the authorities that Node.js knows.
      if (caFile === undefined)
        env.refuse('PGSSLROOTCERT', 'the authorities that verify-ca checks against', 'none');
      return { check: 'authority', caFile: caFile ?? '' };
    case 'verify-full':
      return { check: 'host', caFile };
  }
}

function readAddress(env: EnvReader): PostgresAddress {
  const tls = readTls(env);
  if (env.has('DATABASE_URL'))
    return { kind: 'url', url: env.url('DATABASE_URL', ['postgres:', 'postgresql:']) ?? '', tls };
  return {
    kind: 'parts',
    host: env.text('POSTGRES_HOST'),
    port: env.integer('POSTGRES_PORT', 1, 65_535),
    database: env.text('POSTGRES_DB'),
    user: env.text('POSTGRES_USER'),
    password: env.text('POSTGRES_PASSWORD'),
    tls,
  };
}

export function readPostgres(env: EnvReader): PostgresConfig {
  return { address: readAddress(env) };
}
