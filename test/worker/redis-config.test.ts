import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../worker/config/config.ts';
import { readRedis } from '../../worker/config/redis.ts';
import { authority } from '../tools/certificates.ts';

describe('where live events are', () => {
  const ca = authority('a company').certificate;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerotouch-redis-'));
    writeFileSync(join(folder, 'ca.crt'), ca);
    writeFileSync(join(folder, 'notes.txt'), 'no certificate');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (environment: Record<string, string>) => {
    const found = readConfig(environment, readRedis);
    if (found.kind === 'config') return found.config.address;
    return found.problems.map(({ path, message }) => `${path}: ${message}`);
  };
  const parts = { DRAGONFLY_HOST: 'cache', DRAGONFLY_PASSWORD: 'p' };

  test.each([
    ['parts', parts, { host: 'cache', port: 6379, user: undefined, password: 'p', tls: undefined }],
    ['a user', { ...parts, DRAGONFLY_USER: 'worker' }, { user: 'worker', password: 'p' }],
    ['TLS', { ...parts, DRAGONFLY_TLS: 'true' }, { tls: {} }],
    [
      'a URL, which counts for more than parts',
      { ...parts, REDIS_URL: 'redis://:s%40cret@[::1]:6380/2' },
      { host: '::1', port: 6380, user: undefined, password: 's@cret', database: 2, tls: undefined },
    ],
    [
      'a URL with TLS',
      { REDIS_URL: 'rediss://worker:p@cache' },
      { host: 'cache', port: 6379, user: 'worker', password: 'p', database: 0, tls: {} },
    ],
  ])('%s', (_name, environment, address) => {
    expect(read(environment)).toMatchObject(address);
  });

  test.each(['false', 'true'])('authorities make TLS a must, with DRAGONFLY_TLS %s', (tls) => {
    const environment = { ...parts, DRAGONFLY_TLS: tls, DRAGONFLY_CA_FILE: join(folder, 'ca.crt') };
    expect(read(environment)).toMatchObject({ tls: { ca } });
  });

  test.each([
    ['http://cache', 'another kind'],
    ['cache:6379', 'no scheme'],
    ['redis:///0', 'no host'],
    ['redis://cache/events', 'a database without a number'],
    ['redis://cache?family=6', 'something behind it'],
    ['redis://:100%@cache', 'a % that encodes nothing'],
  ])('a URL is refused without being quoted: %s, %s', (url) => {
    expect(read({ REDIS_URL: url })).toEqual([
      'REDIS_URL: expected redis:// or rediss://, then user:password@host:port/database, percent-encoded, and nothing behind it, got another value',
    ]);
  });

  test.each([
    ['a user without a password', { DRAGONFLY_HOST: 'cache', DRAGONFLY_USER: 'w' }, /^DRAGONFLY_PASSWORD: /],
    ['TLS in other words', { ...parts, DRAGONFLY_TLS: 'yes' }, /^DRAGONFLY_TLS: /],
    ['authorities that are not there', { ...parts, DRAGONFLY_CA_FILE: '/nowhere' }, /"\/nowhere": ENOENT/],
  ])('%s', (_name, environment, says) => {
    expect(read(environment)).toEqual([expect.stringMatching(says)]);
  });

  test('authorities that are none', () => {
    const environment = { ...parts, DRAGONFLY_CA_FILE: join(folder, 'notes.txt') };
    expect(read(environment)).toEqual([
      expect.stringMatching(
        /^DRAGONFLY_CA_FILE: expected a file of certificates in PEM, got ".*notes\.txt": /,
      ),
    ]);
  });
});
