import { describe, expect, test } from 'vitest';
import { readAgent } from '../../worker/config/agent.ts';
import { readConfig, readLog } from '../../worker/config/config.ts';
import { readPostgres } from '../../worker/config/postgres.ts';
import { readServe } from '../../worker/config/serve.ts';
import { parseDuration } from '../../worker/jobs/rules/duration.ts';
import { readNats } from '../../worker/config/nats.ts';
import { variables } from '../../worker/env.ts';

const complete = {
  POSTGRES_HOST: 'db',
  POSTGRES_DB: 'jobs',
  POSTGRES_USER: 'worker',
  POSTGRES_PASSWORD: 'a long secret',
  DRAGONFLY_HOST: 'cache',
};

function problemsOf(environment: Record<string, string>): string[] {
  const read = readConfig(environment, readServe);
  return read.kind === 'problems' ? read.problems.map(({ path, message }) => `${path}: ${message}`) : [];
}

describe('the configuration', () => {
  test('is complete with the secrets that a claim brings; the rest has defaults', () => {
    const read = readConfig(complete, readServe);
    expect(read).toMatchObject({
      kind: 'config',
      config: {
        nats: {
          address: { servers: ['nats.nats.svc:4222'], login: { kind: 'none' } },
          names: { stream: 'AGENT_EXECUTION', consumer: 'agent-executor-workers', prefix: 'agent' },
        },
        postgres: { address: { kind: 'parts', host: 'db', port: 5432 } },
        redis: { address: { host: 'cache', port: 6379, password: undefined } },
        jobs: { concurrency: 5, leaseMs: 30_000, timeoutMs: 3_600_000 },
        http: { host: '127.0.0.1', port: 8080, token: undefined },
      },
    });
    expect(Object.isFrozen(read.kind === 'config' && read.config)).toBe(true);
  });

  test('says every problem at once, each by the name of its variable', () => {
    expect(problemsOf({ PORT: 'http', JOB_TIMEOUT: '10', LOG_LEVEL: 'loud' })).toEqual([
      'POSTGRES_HOST: missing',
      'POSTGRES_DB: missing',
      'POSTGRES_USER: missing',
      'POSTGRES_PASSWORD: missing',
      'DRAGONFLY_HOST: missing',
      'JOB_TIMEOUT: expected a duration of at least 1000ms, such as 500ms, 30s, 10m, 24h or 7d, got "10"',
      'PORT: expected a whole number from 0 to 65535, got "http"',
      'LOG_LEVEL: expected one of trace, debug, info, warn, error, fatal, silent, got "loud"',
    ]);
  });

  test.each([
    { reason: 'an empty variable is an absent one', own: { POSTGRES_HOST: ' ' }, wrong: 'POSTGRES_HOST' },
    {
      reason: 'a rate says how many in how long, in whole numbers within bounds, and nothing else',
      own: { MODEL_RATES: '{"gpt-4.1":{"limit":0,"per_seconds":60}}' },
      wrong: 'MODEL_RATES',
    },
    {
      reason: 'a rate of a time that is not said is none',
      own: { MODEL_RATES: '{"gpt-4.1":{"limit":100}}' },
      wrong: 'MODEL_RATES',
    },
    {
      reason: 'keys of an issuer that come without TLS are anybody’s',
      own: { JWT_ISSUERS: '[{"issuer":"http://login.example","audience":"agents"}]' },
      wrong: 'JWT_ISSUERS',
    },
    { reason: 'a name with a dot is no stream', own: { NATS_STREAM_NAME: 'a.b' }, wrong: 'NATS_STREAM_NAME' },
    {
      reason: 'a subject with a wildcard',
      own: { NATS_SUBJECT_PREFIX: 'agent.>' },
      wrong: 'NATS_SUBJECT_PREFIX',
    },
    {
      reason: 'no worker runs zero jobs',
      own: { WORKER_CONCURRENCY: '0' },
      wrong: 'WORKER_CONCURRENCY',
    },
    { reason: 'brackets belong to a URL', own: { HOST: '[::]' }, wrong: 'HOST' },
    { reason: 'a URL of another kind', own: { OPENAI_BASE_URL: 'localhost' }, wrong: 'OPENAI_BASE_URL' },
    { reason: 'tool servers that are no JSON', own: { MCP_SERVERS: '[' }, wrong: 'MCP_SERVERS' },
    {
      reason: 'an authorization server without a URL',
      own: {
        MCP_SERVERS:
          '{"a":{"url":"https://x","oauth":{"client_id":"me","client_secret":"it","issuer":"login"}}}',
      },
      wrong: 'MCP_SERVERS',
    },
    {
      reason: 'a tool server without a URL',
      own: { MCP_SERVERS: '{"a":{"headers":{}}}' },
      wrong: 'MCP_SERVERS',
    },
  ])('$reason', ({ own, wrong }) => {
    const problems = problemsOf({ ...complete, ...own });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${wrong}: `));
  });

  test('a secret is never quoted', () => {
    expect(problemsOf({ ...complete, DATABASE_URL: 'mysql://user:hunter2@db' })).toEqual([
      'DATABASE_URL: expected a URL that starts with postgres:// or postgresql://, got another value',
    ]);
  });

  test('one URL stands for the five PostgreSQL variables', () => {
    const url = 'postgresql://u:p@db/jobs';
    const read = readConfig({ DATABASE_URL: url }, readPostgres);
    expect(read).toMatchObject({ kind: 'config', config: { address: { kind: 'url', url } } });
  });

  test('commands ask for no more than they need', () => {
    expect(readConfig({}, readNats).kind).toBe('config');
    expect(readConfig({}, readAgent).kind).toBe('config');
    expect(readConfig({}, readPostgres).kind).toBe('problems');
  });

  test('every secret of the table is kept out of logs', () => {
    const names = Object.entries(variables).filter(([, variable]) => 'secret' in variable);
    const environment = Object.fromEntries(names.map(([name]) => [name, `value of ${name}`]));
    const read = readConfig(environment, readLog);
    const secrets = read.kind === 'config' ? read.config.secrets : [];
    for (const [name] of names) expect(secrets, name).toContain(`value of ${name}`);
  });

  test('tool servers with their credentials', () => {
    const servers = { search: { url: 'https://x/mcp', headers: { Authorization: 'Bearer y' } } };
    const read = readConfig({ MCP_SERVERS: JSON.stringify(servers) }, readAgent);
    expect(read).toMatchObject({ kind: 'config', config: { mcpServers: servers } });
  });

  test.each([
    ['the server itself', {}, 'https://x'],
    ['another server that the operator names', { issuer: 'https://login' }, 'https://login'],
  ])('credentials for tokens, which go to %s', (_, more, issuer) => {
    const oauth = { client_id: 'me', client_secret: 'known-to-both', ...more };
    const servers = { search: { url: 'https://x/mcp', oauth } };
    const read = readConfig({ MCP_SERVERS: JSON.stringify(servers) }, readAgent);
    const expected = { search: { oauth: { issuer, clientId: 'me', clientSecret: 'known-to-both' } } };
    expect(read).toMatchObject({ kind: 'config', config: { mcpServers: expected } });
  });
});

describe('durations', () => {
  test.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['10m', 600_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['10', undefined],
    ['1.5h', undefined],
    ['-1s', undefined],
    ['', undefined],
  ])('%s', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });
});
