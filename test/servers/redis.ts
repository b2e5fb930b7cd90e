import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findFolder, hasDocker, redisPackage } from './find.ts';
import { freePort, startServer } from './server.ts';
import type { Launch, Server } from './server.ts';

/** A Redis that tests own. */
export interface RedisServer extends Server {
  readonly url: string;
}

const image = { kind: 'image', image: 'redis:7-alpine', env: {}, port: 6379 } as const;

/** Starts one in `dir`, with these settings as arguments; undefined when there is none to be had. */
export async function startRedis(
  dir: string,
  settings: readonly string[] = [],
): Promise<RedisServer | undefined> {
  const folder = await findFolder(redisPackage);
  if (folder === undefined && !(await hasDocker())) return undefined;
  await mkdir(dir, { recursive: true });
  const port = await freePort();
  const args = [
    '--bind',
    '127.0.0.1',
    '--port',
    String(port),
    '--dir',
    dir,
    '--save',
    '',
    '--daemonize',
    'no',
    ...settings,
  ];
  const launch: Launch =
    folder === undefined
      ? { ...image, args: settings }
      : { kind: 'program', file: join(folder, 'redis-server'), args };
  const server = await startServer('redis', port, launch, join(dir, 'log'));
  return { ...server, url: `redis://127.0.0.1:${port}` };
}
