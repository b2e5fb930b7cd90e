import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { list, object, text } from '../../functions/composition/read.ts';
import { until } from '../engine/until.ts';
import { call, claim, objectOf } from '../functions/call.ts';
import { installWorker } from '../servers/bundled-worker.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { account, unharmed } from './account.ts';
import { describeFaults, startOwnServers } from './own-servers.ts';
import type { OwnServers } from './own-servers.ts';

/** As many as an AgentExecutor of ten replicas runs at once, five on each. */
const AT_ONCE = 50;
const JOBS = 150;

/** The parameters of a PostgresInstance of which nothing is said. */
function defaultParameters(): Record<string, string> {
  const { spec } = objectOf(call(claim('PostgresInstance'), { required: { conn: null } }), 'cluster');
  const parameters = object(object(object(spec).postgresql).parameters);
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, text(value)]));
}

/** What an AgentExecutor of which nothing is said gives its workers, but for addresses and secrets. */
function defaultEnvironment(): Record<string, string> {
  const { spec } = objectOf(call(claim('AgentExecutor')), 'deployment');
  const [container] = list(object(object(object(spec).template).spec).containers);
  const env = list(object(container).env).map(object);
  const plain = env.filter(({ value }) => value !== undefined);
  return Object.fromEntries(plain.map(({ name, value }) => [text(name), text(value)]));
}

describeFaults('ten workers of an AgentExecutor on a PostgresInstance, both as they are by default', () => {
  let servers: OwnServers;
  let world: World;
  let folder: string;
  let watcher: pg.Client;
  const workers: WorkerProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-ten-'));
    servers = await startOwnServers(defaultParameters());
    watcher = new pg.Client({ connectionString: servers.urls.postgres });
    await watcher.connect();
    // The role of a `-conn` Secret is no superuser, for whom PostgreSQL keeps connections back.
    await watcher.query(`CREATE ROLE owner LOGIN CREATEDB PASSWORD 'of-the-owner'`);
    const url = new URL(servers.urls.postgres);
    [url.username, url.password] = ['owner', 'of-the-owner'];
    const { NATS_URL: _, ...given } = defaultEnvironment();
    // What a world sets for the sake of its tests goes back to what it is by default.
    const more = { ...given, HOST: '127.0.0.1', LEASE_DURATION: '', RETRY_BASE_DELAY: '' };
    world = await createWorld({ ...servers.urls, postgres: url.href }, more);
    const program = await installWorker(join(folder, 'worker'));
    const database = new URL(world.database.url);
    const own = {
      DATABASE_URL: '',
      POSTGRES_HOST: database.hostname,
      POSTGRES_PORT: database.port,
      POSTGRES_DB: database.pathname.slice(1),
      POSTGRES_USER: database.username,
      POSTGRES_PASSWORD: database.password,
    };
    for (let i = 0; i < 10; i += 1) workers.push(await world.worker(own, program));
    await Promise.all(workers.map((worker) => worker.ready(200)));
  });
  afterAll(async () => {
    await watcher.end();
    await world.close();
    await servers.stop();
    await rm(folder, { recursive: true });
  });

  async function count(sql: string): Promise<number> {
    const { rows } = await watcher.query<{ count: number }>(sql);
    return rows[0]?.count ?? 0;
  }

  /** The most connections that were seen until the signal. */
  async function most(done: AbortSignal): Promise<number> {
    let seen = 0;
    while (!done.aborted) {
      const connected = await count(
        `SELECT count(*)::integer FROM pg_stat_activity WHERE application_name = 'agent-worker'`,
      );
      seen = Math.max(seen, connected);
      await sleep(20);
    }
    return seen;
  }

  test('50 jobs at a time: each completes once, and no connection is refused', async () => {
    const done = new AbortController();
    const connections = most(done.signal);
    // The first fill all slots at once; those after them keep each connection busy.
    const long = Array.from({ length: AT_ONCE }, () => testJob({ latencyMs: 30_000 }));
    const short = Array.from({ length: JOBS - AT_ONCE }, () =>
      testJob({ latencyMs: 50, rounds: [[{ tool: 'double', args: { n: 1 } }]] }, [doubleTool]),
    );
    const jobs = [...long, ...short];
    await Promise.all(jobs.map((job) => world.publish(job)));
    const jobsOf = new pg.Client({ connectionString: world.database.url });
    await jobsOf.connect();
    const isFull = async () => {
      const { rows } = await jobsOf.query(`SELECT FROM agent_jobs WHERE status = 'running'`);
      return rows.length === AT_ONCE;
    };
    await until(`${AT_ONCE} jobs run at once`, isFull, { seconds: 100 });
    await jobsOf.end();
    await world.settled(200);
    done.abort();
    const found = await account(world, jobs);
    expect(found).toMatchObject({ ...unharmed, modelCallsRepeated: 0 });
    const seen = await connections;
    const all = await count(
      `SELECT setting::integer AS count FROM pg_settings WHERE name = 'max_connections'`,
    );
    console.log(`ten workers, ${AT_ONCE} jobs at a time: at most ${seen} connections of ${all}`);
    expect(seen).toBeLessThanOrEqual(80);
    expect(await servers.postgres.log()).not.toMatch(/too many (clients|connections)|connection slots/);
    for (const worker of workers) expect(worker.log()).not.toContain('connection failed');
  });
});
