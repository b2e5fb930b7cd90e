import { describe, expect, test } from 'vitest';
import { readConfig, readLog } from '../../worker/config/config.ts';
import { readNats } from '../../worker/config/nats.ts';

function read(environment: Record<string, string>) {
  const answer = readConfig(environment, readNats);
  if (answer.kind === 'problems') return answer.problems.map(({ path, message }) => `${path}: ${message}`);
  return answer.config;
}

describe('whose the jobs in the database are', () => {
  test.each([
    [{ EXECUTOR: 'shop/agent', NATS_SUBJECT_PREFIX: 'shop' }, 'shop/agent'],
    [{ NATS_SUBJECT_PREFIX: 'shop' }, 'shop-executor-workers'],
    [{ NATS_CONSUMER_GROUP: 'mine' }, 'mine'],
    [{}, 'agent-executor-workers'],
  ])('%j', (environment, group) => {
    expect(read(environment)).toMatchObject({ group });
  });
});

describe('where NATS is and how to get in', () => {
  test.each([
    ['nats://nats.nats.svc:4222', ['nats.nats.svc:4222'], { kind: 'none' }, undefined],
    ['nats://a', ['a:4222'], { kind: 'none' }, undefined],
    ['a:4333, b', ['a:4333', 'b:4222'], { kind: 'none' }, undefined],
    ['tls://nats.example.com', ['nats.example.com:4222'], { kind: 'none' }, {}],
    ['nats://[fd00::1]:4222', ['[fd00::1]:4222'], { kind: 'none' }, undefined],
    [
      'nats://worker:s3cret%21%40@127.0.0.1:4222',
      ['127.0.0.1:4222'],
      { kind: 'user', user: 'worker', password: 's3cret!@' },
      undefined,
    ],
    ['nats://t0ken@a:4222,b:4222', ['a:4222', 'b:4222'], { kind: 'token', token: 't0ken' }, undefined],
  ])('%s', (NATS_URL, servers, login, tls) => {
    expect(read({ NATS_URL })).toMatchObject({ address: { servers, login, tls } });
  });

  test.each([
    'nats://host:99999',
    'nats://host:0',
    'wss://host',
    'nats://',
    'nats://a b:4222',
    'nats://a:4222/path',
    'nats://:s3cret@a',
    'nats://u:s3cret@a,nats://v:s3cret@b',
    'nats://a:4222,,b:4222',
  ])('refuses %s, and shows nothing of it', (NATS_URL) => {
    const problems = read({ NATS_URL });
    expect(problems).toEqual([
      expect.stringMatching(/^NATS_URL: expected one or more of .*got another value$/),
    ]);
  });

  test.each([
    [
      { NATS_USER: 'u', NATS_PASSWORD: 'p' },
      { kind: 'user', user: 'u', password: 'p' },
    ],
    [{ NATS_TOKEN: 't' }, { kind: 'token', token: 't' }],
    [{ NATS_NKEY_SEED: 'SU' }, { kind: 'nkey', seed: 'SU' }],
    [{ NATS_NKEY_FILE: '/k' }, { kind: 'nkey-file', file: '/k' }],
    [{ NATS_CREDS_FILE: '/c' }, { kind: 'creds-file', file: '/c' }],
    [{ NATS_CREDENTIALS_DIR: '/d' }, { kind: 'folder', folder: '/d' }],
  ])('%j', (environment, login) => {
    expect(read(environment)).toMatchObject({ address: { login } });
  });

  test('one login is enough, and the halves of one belong together', () => {
    expect(read({ NATS_TOKEN: 't', NATS_URL: 'nats://u:p@a' })).toEqual([
      expect.stringContaining('one login'),
    ]);
    expect(read({ NATS_TOKEN: 't', NATS_CREDS_FILE: '/c' })).toEqual([expect.stringContaining('one login')]);
    expect(read({ NATS_USER: 'u' })).toEqual([
      expect.stringContaining('NATS_USER and NATS_PASSWORD together'),
    ]);
    expect(read({ NATS_CERT_FILE: '/c' })).toEqual([
      expect.stringContaining('NATS_CERT_FILE and NATS_KEY_FILE'),
    ]);
  });

  test('no log line may hold a login, as it is written or as it is meant', () => {
    const log = readConfig({ NATS_URL: 'nats://worker:s3cret%21@a,b' }, readLog);
    expect(log).toMatchObject({ config: { secrets: expect.arrayContaining(['s3cret%21', 's3cret!']) } });
  });
});

describe('names', () => {
  test.each([
    [{}, ['agent', 'AGENT_EXECUTION', 'agent-executor-workers', 'AGENT_STATUS', 'AGENT_DEAD']],
    [
      { NATS_SUBJECT_PREFIX: 'shop.agents' },
      [
        'shop.agents',
        'SHOP_AGENTS_EXECUTION',
        'shop-agents-executor-workers',
        'SHOP_AGENTS_STATUS',
        'SHOP_AGENTS_DEAD',
      ],
    ],
    [
      { NATS_SUBJECT_PREFIX: 'shop', NATS_STREAM_NAME: 'JOBS', NATS_CONSUMER_GROUP: 'w' },
      ['shop', 'JOBS', 'w', 'SHOP_STATUS', 'SHOP_DEAD'],
    ],
  ])('%j', (environment, [prefix, stream, consumer, statusStream, deadStream]) => {
    expect(read(environment)).toMatchObject({
      names: { prefix, stream, consumer, statusStream, deadStream },
    });
  });

  test.each(['a..b', '.a', 'a.*', 'a.>', 'a b'])('refuses the prefix %s', (NATS_SUBJECT_PREFIX) => {
    expect(read({ NATS_SUBJECT_PREFIX })).toEqual([
      expect.stringContaining('NATS_SUBJECT_PREFIX: expected letters'),
    ]);
  });
});
