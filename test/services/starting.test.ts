import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { QueueNames } from '../../worker/adapters/nats/streams.ts';
import { readMigrations } from '../../worker/migrate.ts';
import { until } from '../engine/until.ts';
import { createDatabase, describeServers, uniqueNames } from '../servers/describe-servers.ts';
import type { TestDatabase } from '../servers/describe-servers.ts';
import { lateServer } from '../servers/late-server.ts';
import { runWorker, startWorker } from '../servers/worker.ts';
import { queueEnvironment } from '../servers/world.ts';

/** The same database behind another port of this machine. */
function throughPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.hostname = '127.0.0.1';
  changed.port = `${port}`;
  return changed.href;
}

describeServers('a worker that starts before the rest', (servers) => {
  let database: TestDatabase;
  let names: QueueNames;
  let env: Record<string, string>;
  beforeAll(async () => {
    names = uniqueNames();
    database = await createDatabase(servers.postgres);
    env = {
      DATABASE_URL: database.url,
      NATS_URL: servers.nats,
      ...queueEnvironment(names),
      DRAGONFLY_HOST: new URL(servers.redis).hostname,
      DRAGONFLY_PORT: new URL(servers.redis).port,
    };
  });
  afterAll(async () => {
    const nats = await connect({ servers: servers.nats });
    const manager = await jetstreamManager(nats);
    for (const name of [names.stream, names.statusStream, names.deadStream])
      await manager.streams.delete(name).catch(() => {});
    await nats.close();
    await database.drop();
  });

  interface Ready {
    readonly status: string;
    readonly services: Readonly<Record<string, string>>;
  }

  test('is alive but not ready, says why, and gets ready by itself', async () => {
    const worker = await startWorker(env);
    const ask = async () => (await (await fetch(`${worker.url}/ready`)).json()) as Ready;
    const reasons = await until('both reasons are known', async () => {
      const { services } = await ask();
      return services['nats']?.includes('stream') && services['postgres']?.includes('migrate')
        ? services
        : undefined;
    });
    const { length } = await readMigrations();
    expect(reasons['postgres']).toBe(`the schema lacks ${length} migrations: run \`worker migrate\``);
    expect((await fetch(`${worker.url}/health`)).status).toBe(200);
    await runWorker(['migrate'], env);
    await runWorker(['ensure-stream'], env);
    await worker.ready();
    // One line for each change of state, not one for each attempt.
    const lines = worker.log().split('\n');
    expect(lines.filter((line) => line.includes('dependency is ready'))).toHaveLength(3);
    expect(lines.filter((line) => line.includes(`lacks ${length} migrations: run`))).toHaveLength(1);
    worker.signal('SIGTERM');
    expect(await worker.exited()).toBe(0);
  });

  test('is told to stop before it is ready: it goes at once', async () => {
    const worker = await startWorker({ ...env, NATS_URL: 'nats://127.0.0.1:1' });
    await until('it listens', async () => (await fetch(`${worker.url}/health`)).ok);
    worker.signal('SIGTERM');
    expect(await worker.exited()).toBe(0);
  });

  test('migrates a database that was not there when it began, and gives up at once where it is refused', async () => {
    const other = await createDatabase(servers.postgres);
    const place = new URL(other.url);
    const late = await lateServer(place);
    let told = '';
    const migrating = runWorker(
      ['migrate'],
      { DATABASE_URL: throughPort(other.url, late.port) },
      (output) => (told = output),
    );
    await until('it waits', async () => told.includes('waiting for PostgreSQL'));
    await late.open();
    const { code, output } = await migrating;
    expect(output).toMatch(/^waiting for PostgreSQL: .*ECONNREFUSED/);
    expect(output.match(/^waiting for/gm)).toHaveLength(1);
    expect(output).toContain('applied migration 1 (jobs)');
    expect(code).toBe(0);
    await late.close();

    place.pathname = '/nowhere';
    const refused = await runWorker(['migrate'], { DATABASE_URL: place.href });
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('cannot migrate: database "nowhere" does not exist');
    expect(refused.output).not.toContain('waiting for');
    await other.drop();
  });

  test('refuses to start on an incomplete environment, naming each variable', async () => {
    const { code, output } = await runWorker(['serve'], { JOB_TIMEOUT: 'long' });
    expect(code).toBe(2);
    for (const name of ['POSTGRES_HOST', 'POSTGRES_PASSWORD', 'DRAGONFLY_HOST', 'JOB_TIMEOUT'])
      expect(output).toContain(`  ${name}: `);
  });

  test('never prints a secret, not even in the words of a client', async () => {
    const secret = 'a-password-nobody-may-see';
    const wrong = new URL(database.url);
    wrong.password = secret;
    wrong.pathname = `/${secret}`;
    const worker = await startWorker({
      ...env,
      DATABASE_URL: wrong.href,
      POSTGRES_PASSWORD: secret,
      DRAGONFLY_PASSWORD: secret,
      LOG_LEVEL: 'trace',
    });
    await until('it complains', async () => worker.log().includes('dependency is not ready'));
    await until('it has complained of the database', async () => worker.log().includes('does not exist'));
    const probe = await (await fetch(`${worker.url}/ready`)).text();
    expect(worker.log()).not.toContain(secret);
    expect(probe).not.toContain(secret);
    worker.signal('SIGKILL');
    await worker.exited();
  });
});
