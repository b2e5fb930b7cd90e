import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redisEvents } from '../../worker/adapters/redis/events.ts';
import { readConfig } from '../../worker/config/config.ts';
import { readRedis } from '../../worker/config/redis.ts';
import type { EventStream } from '../../worker/ports.ts';
import { until } from '../engine/until.ts';
import { findFolder, redisPackage } from '../servers/find.ts';
import { writeIdentity } from '../servers/identity.ts';
import { startRedis } from '../servers/redis.ts';
import type { RedisServer } from '../servers/redis.ts';
import { freePort } from '../servers/server.ts';

/** As docs/caches.md has it, with what it was told. */
const application = `
  const { Redis } = require('ioredis');
  const redis = new Redis(process.env['REDIS_URL'], { retryStrategy: null, lazyConnect: true });
  let why = '';
  redis.on('error', (error) => { why = error.message; });
  redis.ping().catch(() => why).then(console.log).finally(() => redis.disconnect());
`;

const missing = (await findFolder(redisPackage)) === undefined;

describe.skipIf(missing)('Redis as companies run it', () => {
  let folder: string;
  let server: RedisServer;
  let port: number;
  const file = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-redis-'));
    await writeIdentity(folder, 'redis');
    port = await freePort();
    const tls = [
      ['--bind', '127.0.0.1', '127.0.0.2'],
      ['--tls-port', String(port)],
      ['--tls-cert-file', file('server.crt')],
      ['--tls-key-file', file('server.key')],
      ['--tls-auth-clients', 'no'],
    ].flat();
    // What docs/worker-configuration.md says that a worker needs.
    const worker = ['--user', 'worker', 'on', '>s3cret@', '~langgraph:*', '&langgraph:*', '+@all'];
    const started = await startRedis(file('redis'), [...tls, ...worker, '--user', 'default', 'off']);
    if (!started) throw new Error('cannot start the server that was found a moment ago');
    server = started;
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (environment: Record<string, string>): EventStream => {
    const read = readConfig(environment, readRedis);
    if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
    return redisEvents(read.config.address, read.config.limits);
  };
  const parts = () => ({
    DRAGONFLY_HOST: '127.0.0.1',
    DRAGONFLY_PORT: String(port),
    DRAGONFLY_USER: 'worker',
    DRAGONFLY_PASSWORD: 's3cret@',
    DRAGONFLY_CA_FILE: file('ca.crt'),
  });
  const problem = (stream: EventStream): Promise<string> =>
    stream.check().then(
      () => '',
      (error: Error) => error.message,
    );

  test.each<[string, () => Record<string, string>]>([
    ['parts, by an address', parts],
    ['parts, by a name', () => ({ ...parts(), DRAGONFLY_HOST: 'localhost' })],
    [
      'a URL',
      () => ({
        DRAGONFLY_CA_FILE: file('ca.crt'),
        REDIS_URL: `rediss://worker:s3cret%40@localhost:${port}/1`,
      }),
    ],
    ['no TLS', () => ({ REDIS_URL: server.url.replace('//', '//worker:s3cret%40@') })],
  ])('events are written, read and heard with %s', async (_name, environment) => {
    const stream = open(environment());
    await until('it is connected', async () => (await problem(stream)) === '');
    const jobId = randomUUID();
    const watch = stream.watch(jobId);
    await stream.append(jobId, [{ type: 'on_state_update', data: { step: 1 } }], 1);
    expect((await stream.read(jobId, undefined, 10)).events).toMatchObject([{ data: { step: 1 } }]);
    expect(await watch.changed(undefined, 60_000, new AbortController().signal)).toBe(true);
    watch.close();
    await stream.close();
  });

  test.each([
    ['an authority that Node.js is told of', () => file('ca.crt'), /^PONG$/],
    ['another authority', () => file('other.crt'), /certificate/],
  ])('an application that knows REDIS_URL alone, with %s', async (_name, authorities, says) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', application], {
      env: {
        NODE_EXTRA_CA_CERTS: authorities(),
        REDIS_URL: `rediss://worker:s3cret%40@localhost:${port}/0`,
      },
    });
    expect(stdout.trim()).toMatch(says);
  });

  test.each<[string, () => Record<string, string>, RegExp]>([
    ['another authority', () => ({ ...parts(), DRAGONFLY_CA_FILE: file('other.crt') }), /certificate/],
    [
      'the authorities of the system',
      () => ({ REDIS_URL: `rediss://worker:s3cret%40@localhost:${port}` }),
      /certificate/,
    ],
    [
      'another name',
      () => ({ ...parts(), DRAGONFLY_HOST: '127.0.0.2' }),
      /127\.0\.0\.2 is not in the cert's list/,
    ],
    ['another password', () => ({ ...parts(), DRAGONFLY_PASSWORD: 'wr0ng' }), /WRONGPASS/],
    ['the default user, which is off', () => ({ ...parts(), DRAGONFLY_USER: '' }), /WRONGPASS/],
  ])('said in words: %s', async (_name, environment, says) => {
    const stream = open(environment());
    const said = await until('it is said', async () => {
      const message = await problem(stream);
      return says.test(message) && message;
    });
    expect(said).toMatch(/^not connected to Redis: /);
    await stream.close();
  });
});
