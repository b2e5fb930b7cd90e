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
/** A test on a busy machine takes ten times as long as alone. */
const LONGEST_MS = 900_000;

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
  /** Of the database of the workers. */
  let jobs: pg.Client;
  const workers: WorkerProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-ten-'));
    servers = await startOwnServers(defaultParameters());
    watcher = new pg.Client({ connectionString: servers.urls.postgres });
    watcher.on('error', () => {});
    await watcher.connect();
    // The role of a `-conn` Secret is no superuser, for whom PostgreSQL keeps connections back.
    await watcher.query(`CREATE ROLE owner LOGIN CREATEDB PASSWORD 'of-the-owner'`);
    const url = new URL(servers.urls.postgres);
    [url.username, url.password] = ['owner', 'of-the-owner'];
    const { NATS_URL: _, ...given } = defaultEnvironment();
    // What a world sets for the sake of its tests goes back to what it is by default.
    const more = { ...given, HOST: '127.0.0.1', LEASE_DURATION: '', RETRY_BASE_DELAY: '' };
    world = await createWorld({ ...servers.urls, postgres: url.href }, more);
    jobs = new pg.Client({ connectionString: world.database.url });
    jobs.on('error', () => {});
    await jobs.connect();
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
    await Promise.all(workers.map((worker) => worker.ready(600)));
  }, LONGEST_MS);
  afterAll(async () => {
    await Promise.all([watcher.end(), jobs.end()]);
    await world.close();
    await servers.stop();
    await rm(folder, { recursive: true });
  });

  async function count(sql: string): Promise<number> {
    const { rows } = await watcher.query<{ count: number }>(sql);
    return rows[0]?.count ?? 0;
  }

  /** The most connections that were seen until the signal. */
  async function mostUntil(done: AbortSignal): Promise<number> {
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

  /** Whether as many jobs run at this moment as can. */
  async function isFull(): Promise<boolean> {
    const { rows } = await jobs.query(`SELECT FROM agent_jobs WHERE status = 'running'`);
    return rows.length === AT_ONCE;
  }

  test(
    '50 jobs at a time: each completes once, and no connection is refused',
    async () => {
      const done = new AbortController();
      const connections = mostUntil(done.signal);
      // The first fill all slots at once; those after them keep each connection busy.
      const long = Array.from({ length: AT_ONCE }, () => testJob({ latencyMs: 30_000 }));
      const short = Array.from({ length: JOBS - AT_ONCE }, () =>
        testJob({ latencyMs: 50, rounds: [[{ tool: 'double', args: { n: 1 } }]] }, [doubleTool]),
      );
      const all = [...long, ...short];
      try {
        await Promise.all(all.map((job) => world.publish(job)));
        await until(`${AT_ONCE} jobs run at once`, isFull, { seconds: 200 });
        await world.settled(600);
      } finally {
        done.abort();
      }
      const found = await account(world, all);
      expect(found).toMatchObject({ ...unharmed, modelCallsRepeated: 0 });
      const seen = await connections;
      const most = await count(
        `SELECT setting::integer AS count FROM pg_settings WHERE name = 'max_connections'`,
      );
      console.log(`ten workers, ${AT_ONCE} jobs at a time: at most ${seen} connections of ${most}`);
      expect(seen).toBeLessThanOrEqual(80);
      expect(await servers.postgres.log()).not.toMatch(/too many (clients|connections)|connection slots/);
      for (const worker of workers) expect(worker.log()).not.toContain('connection failed');
    },
    LONGEST_MS,
  );
});
