import { randomUUID } from 'node:crypto';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { openNats } from '../../worker/adapters/nats/connection.ts';
import { ensureQueue } from '../../worker/adapters/nats/ensure.ts';
import { natsQueue } from '../../worker/adapters/nats/queue.ts';
import { standardStreams } from '../../worker/adapters/nats/streams.ts';
import { openPool } from '../../worker/adapters/postgres/connection.ts';
import { postgresCrons } from '../../worker/adapters/postgres/crons/store.ts';
import { postgresItems } from '../../worker/adapters/postgres/items.ts';
import { postgresStore } from '../../worker/adapters/postgres/store.ts';
import { postgresThreads } from '../../worker/adapters/postgres/threads/store.ts';
import { redisEvents } from '../../worker/adapters/redis/events.ts';
import { migrate, readMigrations } from '../../worker/migrate.ts';
import { cronStoreContract } from '../contracts/cron-store.ts';
import { eventStreamContract } from '../contracts/event-stream.ts';
import { itemStoreContract } from '../contracts/item-store.ts';
import { jobStoreContract } from '../contracts/job-store.ts';
import { queueContract } from '../contracts/queue.ts';
import { threadJobsContract } from '../contracts/thread-jobs.ts';
import { threadStoreContract } from '../contracts/thread-store.ts';
import { until } from '../engine/until.ts';
import { createDatabase, describeServers, uniqueNames } from '../servers/describe-servers.ts';

describeServers('adapters on real servers', (servers) => {
  const openStore = async () => {
    const database = await createDatabase(servers.postgres);
    const pool = openPool({ kind: 'url', url: database.url }, 10, () => {});
    await migrate(pool);
    const store = postgresStore(pool, 'shop/agent', await readMigrations());
    return {
      store,
      threads: postgresThreads(pool, 'shop/agent'),
      items: postgresItems(pool, 'shop/agent'),
      crons: postgresCrons(pool, 'shop/agent'),
      async comes(cronId: string, what: 'due' | 'released') {
        const column = what === 'due' ? 'next_at' : 'held_until';
        await pool.query(`UPDATE agent_crons SET ${column} = now() WHERE cron_id = $1`, [cronId]);
      },
      async close() {
        await store.close();
        await database.drop();
      },
    };
  };
  jobStoreContract('PostgreSQL', openStore);
  threadJobsContract('PostgreSQL', openStore);
  threadStoreContract('PostgreSQL', openStore);
  itemStoreContract('PostgreSQL', openStore);
  cronStoreContract('PostgreSQL', openStore);

  queueContract('JetStream', async () => {
    const names = uniqueNames();
    const ackWaitMs = 1_000;
    const address = { servers: [servers.nats], login: { kind: 'none' as const }, tls: undefined };
    const link = openNats(address, 'contract');
    const manager = await jetstreamManager(await link.connected);
    const owner = { executor: undefined, uid: undefined, database: undefined };
    await ensureQueue(manager, { names, ackWaitMs, owner, streams: standardStreams, version: undefined });
    return {
      queue: natsQueue(link, { names, ackWaitMs, owner: () => Promise.resolve(owner) }),
      prefix: names.prefix,
      ackWaitMs,
      async close() {
        for (const stream of [names.stream, names.statusStream, names.deadStream])
          await manager.streams.delete(stream);
        await link.close();
      },
    };
  });

  eventStreamContract('Redis Streams', async () => {
    const { hostname: host, port, password } = new URL(servers.redis);
    const address = { host, port: Number(port), password: password || undefined };
    // Redis trims whole nodes of 100 entries.
    const length = 200;
    const stream = redisEvents(address, { length, bytes: 100_000, ttlSeconds: 60 });
    await until('Redis is connected', () =>
      stream.check().then(
        () => true,
        () => false,
      ),
    );
    return { stream, length, close: () => stream.close() };
  });

  test('live events are bounded by bytes, the oldest going first and the newest staying', async () => {
    const { hostname: host, port, password } = new URL(servers.redis);
    const address = { host, port: Number(port), password: password || undefined };
    const stream = redisEvents(address, { length: 1_000, bytes: 50_000, ttlSeconds: 60 });
    const connected = () =>
      stream.check().then(
        () => true,
        () => false,
      );
    await until('Redis is connected', connected);
    const jobId = randomUUID();
    const event = (index: number, bytes: number) =>
      ({ type: 'on_state_update', data: { index, text: 'x'.repeat(bytes) } }) as const;
    for (let index = 0; index < 30; index += 1) await stream.append(jobId, [event(index, 10_000)], 1);
    const kept = async () =>
      (await stream.read(jobId, undefined, 1_000)).events.map(({ data }) => data['index']);
    expect(await kept()).toEqual([26, 27, 28, 29]);
    await stream.append(jobId, [event(30, 80_000)], 1);
    expect(await kept()).toEqual([30]);
    await stream.append(jobId, [event(31, 10), event(32, 10)], 1);
    expect(await kept()).toEqual([31, 32]);
    await stream.close();
  });
});
