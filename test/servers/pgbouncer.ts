import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFolder } from './find.ts';
import type { Packaged } from './find.ts';
import { unprivileged } from './postgres.ts';
import { freePort, startServer } from './server.ts';

const pgbouncerPackage: Packaged = {
  programs: ['pgbouncer'],
  folders: ['/usr/sbin', '/opt/homebrew/bin', '/usr/local/bin'],
  debianPackage: 'pgbouncer',
};

/** A PgBouncer that tests own. */
export interface Pgbouncer {
  /** Of the database behind it. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts one before a database, in transaction mode, as strict as the oldest: it knows no parameter of a start and no prepared
 * statement. Undefined where there is none to be had, but on a CI system, where nothing is skipped.
 */
export async function startPgbouncer(databaseUrl: string): Promise<Pgbouncer | undefined> {
  const folder = await findFolder(pgbouncerPackage);
  if (folder === undefined && process.env['CI'])
    throw new Error('cannot start PgBouncer: install it (`apt install pgbouncer`)');
  if (folder === undefined) return undefined;
  const { hostname, port, pathname, username, password } = new URL(databaseUrl);
  const name = pathname.slice(1);
  const dir = await mkdtemp(join(tmpdir(), 'zerotouch-pgbouncer-'));
  await chmod(dir, 0o777);
  const own = await freePort();
  await writeFile(join(dir, 'users.txt'), `"${username}" "${password}"\n`);
  await writeFile(
    join(dir, 'pgbouncer.ini'),
    `[databases]
${name} = host=${hostname} port=${port} dbname=${name}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
auth_type = plain
auth_file = ${join(dir, 'users.txt')}
pool_mode = transaction
default_pool_size = 4
unix_socket_dir =
`,
  );
  const user = await unprivileged();
  const args = [join(dir, 'pgbouncer.ini')];
  const launch = { kind: 'program', file: join(folder, 'pgbouncer'), args, ...(user && { user }) } as const;
  const server = await startServer('pgbouncer', own, launch, join(dir, 'log'));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${own}`;
  return {
    url: url.href,
    async stop() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
