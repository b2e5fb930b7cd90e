import { chmod, chown, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPool } from '../../worker/adapters/postgres/connection.ts';
import { readConfig } from '../../worker/config/config.ts';
import { readPostgres } from '../../worker/config/postgres.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { findFolder, postgresPackage } from '../servers/find.ts';
import { writeIdentity } from '../servers/identity.ts';
import { testJob } from '../servers/job.ts';
import { startPostgresOf, unprivileged } from '../servers/postgres.ts';
import type { PostgresServer } from '../servers/postgres.ts';
import { runWorker } from '../servers/worker.ts';
import { createWorld } from '../servers/world.ts';

const PASSWORD = 's3cret@worker';

const programs = await findFolder(postgresPackage);

describe.skipIf(programs === undefined)('PostgreSQL as companies run it', () => {
  describeServers('says with a certificate who it is, and', (servers) => {
    let folder: string;
    let server: PostgresServer;
    const file = (name: string): string => join(folder, name);

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'zerotouch-postgres-'));
      // The server runs as another user.
      await chmod(folder, 0o755);
      await writeIdentity(folder, 'postgres');
      await writeFile(
        file('hba.conf'),
        'host all postgres all trust\nhostssl all worker all scram-sha-256\n',
      );
      await chmod(file('server.key'), 0o600);
      const user = await unprivileged();
      if (user) await chown(file('server.key'), user.uid, user.gid);
      server = await startPostgresOf(programs, file('postgres'), {
        listen_addresses: '127.0.0.1,127.0.0.2',
        ssl: 'on',
        ssl_cert_file: file('server.crt'),
        ssl_key_file: file('server.key'),
        hba_file: file('hba.conf'),
      });
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      await client.query(`CREATE ROLE worker LOGIN PASSWORD '${PASSWORD}'`);
      await client.query('CREATE DATABASE jobs OWNER worker');
      await client.end();
    });
    afterAll(async () => {
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const parts = (): Record<string, string> => ({
      POSTGRES_HOST: '127.0.0.1',
      POSTGRES_PORT: new URL(server.url).port,
      POSTGRES_DB: 'jobs',
      POSTGRES_USER: 'worker',
      POSTGRES_PASSWORD: PASSWORD,
    });
    const ca = () => ({ PGSSLROOTCERT: file('ca.crt') });
    const other = () => ({ PGSSLROOTCERT: file('other.crt') });
    const url = (query = '') => ({
      DATABASE_URL: `postgresql://worker:${encodeURIComponent(PASSWORD)}@localhost:${new URL(server.url).port}/jobs${query}`,
    });

    test.each<[string, () => Record<string, string>]>([
      ['its authority alone', () => ({ ...parts(), ...ca() })],
      ['its authority, by a name', () => ({ ...parts(), ...ca(), POSTGRES_HOST: 'localhost' })],
      ['verify-full', () => ({ ...parts(), ...ca(), PGSSLMODE: 'verify-full' })],
      ['verify-ca', () => ({ ...parts(), ...ca(), PGSSLMODE: 'verify-ca' })],
      [
        'verify-ca, at a host that its certificate does not have',
        () => ({ ...parts(), ...ca(), PGSSLMODE: 'verify-ca', POSTGRES_HOST: '127.0.0.2' }),
      ],
      ['require, whoever it is', () => ({ ...parts(), PGSSLMODE: 'require' })],
      ['a URL and its authority beside it', () => ({ ...url(), ...ca() })],
      [
        'a URL that has its authority, whatever stands beside it',
        () => ({ ...url(`?sslmode=verify-full&sslrootcert=${file('ca.crt')}`), ...other() }),
      ],
    ])('is spoken to over TLS: %s', async (_name, environment) => {
      const read = readConfig(environment(), readPostgres);
      if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
      const pool = openPool(read.config.address, 1, () => {});
      const { rows } = await pool.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      expect(rows).toEqual([{ ssl: true }]);
      await pool.end();
    });

    test.each<[string, () => Record<string, string>, RegExp]>([
      ['another authority', () => ({ ...parts(), ...other() }), /certificate/],
      [
        'another authority, verify-ca',
        () => ({ ...parts(), ...other(), PGSSLMODE: 'verify-ca' }),
        /certificate/,
      ],
      ['another authority, require', () => ({ ...parts(), ...other(), PGSSLMODE: 'require' }), /certificate/],
      ['another authority, beside a URL', () => ({ ...url(), ...other() }), /certificate/],
      ['the authorities of the system', () => ({ ...parts(), PGSSLMODE: 'verify-full' }), /certificate/],
      [
        'a host that its certificate does not have',
        () => ({ ...parts(), ...ca(), POSTGRES_HOST: '127.0.0.2' }),
        /127\.0\.0\.2 is not in the cert's list/,
      ],
      [
        'no TLS, which the server wants',
        () => ({ ...parts(), ...ca(), PGSSLMODE: 'disable' }),
        /no encryption/,
      ],
      ['no TLS by default', parts, /no encryption/],
    ])('is told nothing, and why is said in words: %s', async (_name, environment, says) => {
      const { code, output } = await runWorker(['migrate', '--wait', '0'], environment());
      expect(output).toMatch(/^cannot migrate: /m);
      expect(output).toMatch(says);
      expect(output).not.toContain(PASSWORD);
      expect(code).toBe(1);
    });

    test('a new authority counts without a restart, and the last one where the file is gone', async () => {
      await copyFile(file('other.crt'), file('mounted.crt'));
      const read = readConfig({ ...parts(), PGSSLROOTCERT: file('mounted.crt') }, readPostgres);
      if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
      const pool = openPool(read.config.address, 1, () => {});
      await expect(pool.query('SELECT 1')).rejects.toThrow(/certificate/);
      await copyFile(file('ca.crt'), file('mounted.crt'));
      (await pool.connect()).release(true);
      await rm(file('mounted.crt'));
      (await pool.connect()).release(true);
      await pool.end();
    });

    test('a job runs to its end on a worker that checks whom it tells', async () => {
      const env = { ...url(), ...ca() };
      const world = await createWorld(servers);
      expect(await runWorker(['migrate', '--wait', '0'], { ...world.env, ...env })).toMatchObject({
        code: 0,
      });
      const worker = await world.worker(env);
      await worker.ready(60);
      const job = testJob({ text: 'Hello there.' });
      await world.publish(job);
      expect((await world.result(job.jobId)).event).toMatchObject({
        data: { result: { output: 'Hello there.' } },
      });
      // Both pools, and that of the heartbeats.
      const watcher = new pg.Client({ connectionString: server.url });
      await watcher.connect();
      const { rows } = await watcher.query(
        `SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'worker'`,
      );
      expect(rows).toEqual([{ ssl: true }]);
      await watcher.end();
      worker.signal('SIGTERM');
      expect(await worker.exited()).toBe(0);
      expect(worker.log()).not.toContain(PASSWORD);
      await world.close();
    });
  });
});
