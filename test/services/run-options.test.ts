import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Client } from '@langchain/langgraph-sdk';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobOptions } from '../../worker/job-options.ts';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition } from '../servers/job.ts';
import { pythonSdk } from '../servers/python-sdk.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';

const inputOf = (what: Script) => ({ messages: [{ role: 'user', content: script(what) }] });
const configurable = { agent_definition: definition() };
const configWith = (options: JobOptions) => ({ configurable: { ...configurable, job_options: options } });

interface Row {
  readonly options: JsonObject | null;
  readonly attempts: number;
  readonly code: string | null;
  readonly started_at: Date;
  readonly finished_at: Date;
}

describeServers('options of runs, with two workers', (servers) => {
  let world: World;
  let worker: WorkerProcess;
  let clients: readonly [Client, Client];
  let client: Client;
  let pool: pg.Pool;
  beforeAll(async () => {
    world = await createWorld(servers);
    pool = new pg.Pool({ connectionString: world.database.url, max: 1 });
    worker = await world.worker();
    const other = await world.worker();
    await Promise.all([worker.ready(), other.ready()]);
    client = new Client({ apiUrl: worker.url });
    clients = [client, new Client({ apiUrl: other.url })];
  });
  afterAll(async () => {
    await pool.end();
    await world.close();
  });

  const rowsOf = async (...jobIds: string[]): Promise<readonly Row[]> => {
    const text = `SELECT options, attempts, error ->> 'code' AS code, started_at, finished_at FROM agent_jobs
      WHERE job_id = ANY ($1) ORDER BY started_at`;
    return (await pool.query<Row>(text, [jobIds])).rows;
  };
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(`${worker.url}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    });
    return { status: answer.status, body: (await answer.json()) as JsonObject };
  };

  test('no more runs of a key run at once than it says, on both together, by the SDK without a cast', async () => {
    const config = configWith({ concurrency: { key: 'shop', limit: 1 } });
    const input = inputOf({ latencyMs: 400 });
    const asked = [0, 1, 0, 1].map(async (which) => {
      const to = clients[which === 0 ? 0 : 1];
      const { thread_id: thread } = await to.threads.create();
      const { run_id } = await to.runs.create(thread, 'agent', { input, config });
      await to.runs.join(thread, run_id);
      return run_id;
    });
    const rows = await rowsOf(...(await Promise.all(asked)));
    const pauses = rows
      .slice(1)
      .map(
        ({ started_at }, index) => started_at.getTime() - (rows[index]?.finished_at.getTime() ?? Infinity),
      );
    expect(pauses).toHaveLength(3);
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(0);
  });

  test('the body may say them itself, in place of the config, and its run is found by its tags and ends at its deadline', async () => {
    const { thread_id: thread } = await client.threads.create();
    const { status, body } = await post(`/threads/${thread}/runs`, {
      assistant_id: 'agent',
      input: inputOf({ latencyMs: 120_000 }),
      config: configWith({ deadline_seconds: 3_600, tags: ['not-these'] }),
      options: { deadline_seconds: 2, tags: ['of-a-run'] },
    });
    expect(status).toBe(200);
    const { run_id: run } = body as { run_id: string };
    await until('it ends', async () => (await client.runs.get(thread, run)).status === 'timeout');
    expect(await rowsOf(run)).toMatchObject([{ code: 'DEADLINE_PASSED' }]);
    const found = (await (await fetch(`${worker.url}/jobs?tag=of-a-run`)).json()) as JsonObject;
    expect(found['jobs']).toMatchObject([{ job_id: run, tags: ['of-a-run'] }]);
    expect(await client.runs.get(thread, run)).toMatchObject({
      kwargs: { options: { tags: ['of-a-run'] } },
    });
  });

  test('a run waits as long as its options say, and where both say something as long as it says itself', async () => {
    const { thread_id: thread } = await client.threads.create();
    const input = inputOf({});
    const [config, asks] = [configWith({ after_seconds: 600 }), configWith({ after_seconds: 3 })];
    const soon = await client.runs.create(thread, 'agent', { input, config, afterSeconds: 1 });
    const later = await client.runs.create(thread, 'agent', { input, config: asks });
    await client.runs.join(thread, soon.run_id);
    expect((await client.runs.get(thread, later.run_id)).status).toBe('pending');
    await client.runs.join(thread, later.run_id);
    const [row] = await rowsOf(later.run_id);
    expect((row?.started_at.getTime() ?? 0) - Date.parse(soon.created_at)).toBeGreaterThanOrEqual(2_000);
  });

  test('an assistant says them for its runs, unless they say so themselves', async () => {
    const config = configWith({ attempts: 1, patience_seconds: 0, tags: ['the-assistant'] });
    const { assistant_id: assistant } = await client.assistants.create({ graphId: 'agent', config });
    const run = async (own?: JobOptions) => {
      const { thread_id: thread } = await client.threads.create();
      const { run_id } = await client.runs.create(thread, assistant, {
        input: inputOf({ fail: { status: 503, times: 99 } }),
        ...(own && { config: { configurable: { job_options: own } } }),
      });
      await client.runs.join(thread, run_id).catch(() => {});
      return rowsOf(run_id);
    };
    expect(await run()).toMatchObject([{ attempts: 1, options: { tags: ['the-assistant'] } }]);
    expect(await run({ patience_seconds: 0, attempts: 2 })).toEqual([
      expect.objectContaining({ options: { attempts: 2, patience_seconds: 0 } }),
    ]);
  });

  test('the runs of a cron have them', async () => {
    const asks = { schedule: '0 0 1 1 *', input: inputOf({}), config: configWith({ priority: 7 }) };
    const { cron_id } = await client.crons.create('agent', asks);
    await pool.query('UPDATE agent_crons SET next_at = now() WHERE cron_id = $1', [cron_id]);
    const text = `SELECT options FROM agent_jobs WHERE run #>> '{metadata,cron_id}' = $1`;
    const put = async () => (await pool.query<{ options: JsonObject }>(text, [cron_id])).rows;
    await until('its run is put', async () => (await put()).length === 1, { seconds: 120 });
    expect(await put()).toEqual([{ options: { priority: 7 } }]);
    await client.crons.delete(cron_id);
  });

  const wrong = { attempts: 0, priority: 101, surprise: 1 };
  const inConfig = { configurable: { ...configurable, job_options: wrong } };
  const input = inputOf({});
  test.each([
    { path: '/runs', at: 'options', body: { assistant_id: 'agent', input, options: wrong } },
    { path: '/runs/stream', at: 'options', body: { assistant_id: 'agent', input, options: wrong } },
    { path: '/runs/wait', at: 'config', body: { assistant_id: 'agent', input, config: inConfig } },
    { path: '/assistants', at: 'config', body: { graph_id: 'agent', config: inConfig } },
    {
      path: '/runs/crons',
      at: 'config',
      body: { assistant_id: 'agent', schedule: '0 0 1 1 *', config: inConfig },
    },
  ])('POST $path tells all that is wrong in $at at once', async ({ path, at, body }) => {
    const answer = await post(path, at === 'options' ? { ...body, config: { configurable } } : body);
    const before = at === 'options' ? 'options' : 'config.configurable.job_options';
    expect(answer.status).toBe(422);
    expect((answer.body['problems'] as { path: string }[]).map((one) => one.path).toSorted()).toEqual(
      ['attempts', 'priority', 'surprise'].map((name) => `${before}.${name}`),
    );
  });

  test('the SDK of Python sends them as it is, and makes, changes, finds and deletes crons', async ({
    skip,
  }) => {
    const python = await pythonSdk().catch((error: unknown) => {
      if (process.env['CI']) throw error;
      return skip(`langgraph-sdk cannot be had: ${String(error)}`);
    });
    const options = { priority: 3, rates: [{ key: 'mail', limit: 5, per_seconds: 60 }], tags: ['python'] };
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const program = join(import.meta.dirname, '../stubs/python-run-options.py');
    const child = execFile(python, [program, worker.url], (error, output) =>
      error ? reject(error) : resolve(output),
    );
    child.stdin?.end(JSON.stringify({ input: inputOf({}), ...configWith(options) }));
    const { run, cron, ...answers } = JSON.parse(await promise) as { run: string; cron: string };
    expect(await rowsOf(run)).toMatchObject([
      { options: { priority: 3, rates: ['5/60 mail'], tags: ['python'] } },
    ]);
    expect(answers).toMatchObject({
      changed: { cron_id: cron, enabled: false, next_run_date: null, metadata: { of: 'python' } },
      found: true,
      count: 2,
      left: 1,
    });
    expect(await client.crons.search({ assistantId: 'agent' })).toMatchObject([
      { cron_id: cron, payload: { config: { configurable: { job_options: options } } } },
    ]);
  });
});
