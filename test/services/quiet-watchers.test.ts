import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisEvents } from '../../worker/adapters/redis/events.ts';
import type { EventStream, Watch } from '../../worker/ports.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { startRedis } from '../servers/redis.ts';
import type { RedisServer } from '../servers/redis.ts';

const never = new AbortController().signal;
/** Longer than a test may take. */
const LONG_MS = 600_000;
const WATCHERS = 200;

describeServers('watchers of live events on which nothing happens', () => {
  let folder: string;
  let redis: RedisServer;
  let admin: Redis;
  let stream: EventStream;
  const open: Watch[] = [];

  const watch = (jobId: string): Watch => {
    const watched = stream.watch(jobId);
    open.push(watched);
    return watched;
  };
  const connected = () =>
    until('Redis is connected', () =>
      stream.check().then(
        () => true,
        () => false,
      ),
    );
  /** How often Redis was asked for this. */
  const calls = async (name: string): Promise<number> => {
    const stats = await admin.info('commandstats');
    return Number(new RegExp(`^cmdstat_${name}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? 0);
  };
  const listeners = async () => String(await admin.call('CLIENT', 'LIST', 'TYPE', 'pubsub'));
  const append = (jobId: string) => stream.append(jobId, [{ type: 'on_tool_end', data: {} }], 1);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quiet-'));
    const started = await startRedis(folder);
    if (!started) throw new Error('expected a Redis that tests own');
    redis = started;
    admin = new Redis(redis.url);
    stream = redisEvents(
      { host: '127.0.0.1', port: redis.port, password: undefined },
      { length: 100, bytes: 100_000, ttlSeconds: 60 },
    );
    await connected();
  });
  afterAll(async () => {
    for (const one of open) one.close();
    await stream.close();
    admin.disconnect();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('ask nothing of Redis once they listen, and are woken by their own event', async () => {
    const jobs = Array.from({ length: WATCHERS }, () => randomUUID());
    const watches = jobs.map(watch);
    // Each changes once, when it begins to listen.
    for (const one of watches) expect(await one.changed(undefined, LONG_MS, never)).toBe(true);
    const [reads, looks] = [await calls('xrange'), await calls('xread')];
    const waits = watches.map((one) => one.changed(undefined, 3_000, never));
    expect(new Set(await Promise.all(waits))).toEqual(new Set([false]));
    expect(await calls('xrange')).toBe(reads);
    expect((await calls('xread')) - looks).toBeLessThanOrEqual(1);
    const woken = watches[7]?.changed(undefined, LONG_MS, never);
    await append(jobs[7] ?? '');
    expect(await woken).toBe(true);
    for (const one of watches) one.close();
    await until('nobody is subscribed', async () => (await admin.pubsub('CHANNELS', '*')).length === 0);
  });

  test.each([
    {
      what: 'Redis is killed and comes back empty',
      async harm() {
        await redis.kill();
        await redis.start();
      },
    },
    {
      what: 'the connection that listens is lost',
      harm: () => admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub'),
    },
  ])('all look again when $what', async ({ harm }) => {
    const watches = Array.from({ length: 20 }, () => watch(randomUUID()));
    for (const one of watches) await one.changed(undefined, LONG_MS, never);
    const waits = watches.map((one) => one.changed(undefined, LONG_MS, never));
    await harm();
    expect(new Set(await Promise.all(waits))).toEqual(new Set([true]));
    await connected();
  });

  test('hear on after the connection that listens was lost', async () => {
    const jobId = randomUUID();
    const watched = watch(jobId);
    await watched.changed(undefined, LONG_MS, never);
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await watched.changed(undefined, LONG_MS, never);
    await append(jobId);
    const [last] = (await stream.read(jobId, undefined, 10)).events;
    // Nothing comes after this place: what is told was heard.
    expect(await watched.changed(last?.id, LONG_MS, never)).toBe(true);
  });

  test('listen over another connection after theirs was not answered', async () => {
    const jobId = randomUUID();
    const watched = watch(jobId);
    await watched.changed(undefined, LONG_MS, never);
    const listening = async () => /\bid=(\d+)/.exec(await listeners())?.[1];
    const before = await listening();
    await redis.freeze();
    // It looks for itself, and has no answer; nor has the connection that listens, which waits a little longer for it.
    await watched.changed(undefined, LONG_MS, never);
    await sleep(4_000);
    await redis.thaw();
    await expect.poll(listening, { timeout: 30_000 }).toSatisfy((id) => id !== undefined && id !== before);
    await connected();
  });

  test('look for themselves where they may not listen', async () => {
    await admin.call('ACL', 'SETUSER', 'default', '-subscribe');
    try {
      const jobId = randomUUID();
      const watched = watch(jobId);
      const waits = watched.changed(undefined, LONG_MS, never);
      await append(jobId);
      expect(await waits).toBe(true);
      const { events } = await stream.read(jobId, undefined, 10);
      expect(await watched.changed(events[0]?.id, 3_000, never)).toBe(false);
    } finally {
      await admin.call('ACL', 'SETUSER', 'default', '+subscribe');
    }
  });

  test('find what is published elsewhere, as by a server that took over', async () => {
    const jobId = randomUUID();
    const watched = watch(jobId);
    await watched.changed(undefined, LONG_MS, never);
    const waits = watched.changed(undefined, LONG_MS, never);
    await admin.xadd(
      `langgraph:events:${jobId}`,
      '*',
      'type',
      'end',
      'body',
      '{}',
      'token',
      '1',
      'total',
      '2',
    );
    expect(await waits).toBe(true);
  });
});
