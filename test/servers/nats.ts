import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { obstacle, program } from '../tools/programs.ts';
import { hasDocker } from './find.ts';
import { freePort, startServer } from './server.ts';
import type { Launch, Server } from './server.ts';

/** A NATS server with JetStream that tests own. */
export interface NatsServer extends Server {
  readonly url: string;
  /** Takes its disk away while it is dead. A container keeps its own. */
  loseDisk(): Promise<void>;
}

const image: Launch = { kind: 'image', image: 'nats:2.14.5-alpine', args: ['-js'], env: {}, port: 4222 };

/**
 * Starts one in `dir`, with `settings` in the syntax of its configuration file; undefined when there is none to be had, and with
 * settings only as a program. It is reached at 127.0.0.1, and at other addresses of this machine only where `host` says so.
 */
export async function startNats(
  dir: string,
  settings?: string,
  host = '127.0.0.1',
): Promise<NatsServer | undefined> {
  const missing = await obstacle('nats-server');
  if (missing !== undefined && (settings !== undefined || !(await hasDocker()))) return undefined;
  await mkdir(dir, { recursive: true });
  const port = await freePort();
  const args = ['-a', host, '-p', String(port), '-js', '-sd', join(dir, 'data')];
  if (settings !== undefined) {
    await writeFile(join(dir, 'nats.conf'), settings);
    args.push('-c', join(dir, 'nats.conf'));
  }
  const launch: Launch =
    missing === undefined ? { kind: 'program', file: await program('nats-server'), args } : image;
  const server = await startServer('nats', port, launch, join(dir, 'log'));
  return {
    ...server,
    url: `nats://127.0.0.1:${port}`,
    loseDisk: () => rm(join(dir, 'data'), { recursive: true, force: true }),
  };
}
