import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNats } from '../../test/servers/nats.ts';
import { startPostgres } from '../../test/servers/postgres.ts';
import { startRedis } from '../../test/servers/redis.ts';
import type { ServerUrls } from '../../test/servers/open.ts';

/** Servers of the benchmark's own, and a folder beside their data. */
export interface Servers {
  readonly urls: ServerUrls;
  readonly folder: string;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-worker-'));
  // PostgreSQL may run as another user and has to reach its own folder below.
  await chmod(folder, 0o755);
  const [postgres, nats, redis] = await Promise.all([
    startPostgres(join(folder, 'postgres')),
    startNats(join(folder, 'nats')),
    startRedis(join(folder, 'redis')),
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all([postgres?.stop(), nats?.stop(), redis?.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
  if (postgres === undefined || nats === undefined || redis === undefined) {
    await stop();
    throw new Error('cannot measure the worker: PostgreSQL, nats-server and Redis have to be installed here');
  }
  return { urls: { postgres: postgres.url, nats: nats.url, redis: redis.url }, folder, stop };
}
