import { execFile } from 'node:child_process';
import { chown, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findFolder, hasDocker, postgresPackage } from './find.ts';
import { freePort, startServer } from './server.ts';
import type { Launch, Server } from './server.ts';

const run = promisify(execFile);

const PASSWORD = 'postgres-in-a-test';
/** A test loses its servers, never its machine: no need to wait for the disk. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '300', shared_buffers: '128MB' };

/** Parameters by name, as flags of the server. */
type Parameters = Readonly<Record<string, string>>;

function flags(own: Parameters): string[] {
  return Object.entries({ ...SETTINGS, ...own }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

/** PostgreSQL and its pooler refuse to run as root; their package brings a user to run as. */
export async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string, user: string): Promise<number> =>
    Number((await run('id', [flag, user])).stdout);
  const user = await id('-u', 'postgres').then(
    () => 'postgres',
    () => 'nobody',
  );
  return { uid: await id('-u', user), gid: await id('-g', user) };
}

async function program(folder: string, dir: string, port: number, own: Parameters): Promise<Launch> {
  const data = join(dir, 'data');
  const user = await unprivileged();
  await mkdir(data, { recursive: true });
  if (user) for (const path of [dir, data]) await chown(path, user.uid, user.gid);
  await run(
    join(folder, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    {
      ...user,
      // Its own folder: the one of the caller may be closed to that user.
      cwd: dir,
      env: { ...process.env, LC_ALL: 'C' },
    },
  );
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', dir, ...flags(own)];
  return { kind: 'program', file: join(folder, 'postgres'), args, ...(user && { user }) };
}

function image(own: Parameters): Launch {
  const env = { POSTGRES_PASSWORD: PASSWORD };
  return { kind: 'image', image: 'postgres:16-alpine', args: flags(own), env, port: 5432 };
}

/** A PostgreSQL that tests own. */
export interface PostgresServer extends Server {
  /** Of its maintenance database. */
  readonly url: string;
  /** What it has said so far. */
  log(): Promise<string>;
}

async function accepts(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Starts one in `dir`, with these parameters besides; undefined when there is none to be had. */
export async function startPostgres(dir: string, own: Parameters = {}): Promise<PostgresServer | undefined> {
  const folder = await findFolder(postgresPackage);
  if (folder === undefined && !(await hasDocker())) return undefined;
  return startPostgresOf(folder, dir, own);
}

/** Starts one in `dir`, of the programs in a folder, or without of the image. */
export async function startPostgresOf(
  folder: string | undefined,
  dir: string,
  own: Parameters = {},
): Promise<PostgresServer> {
  await mkdir(dir, { recursive: true });
  const port = await freePort();
  const launch = folder === undefined ? image(own) : await program(folder, dir, port, own);
  const log = join(dir, 'log');
  const url = `postgresql://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
  const server = await startServer('postgres', port, launch, log, () => accepts(url));
  return { ...server, url, log: () => readFile(log, 'utf8') };
}
