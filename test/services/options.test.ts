import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isJsonObject } from '../../worker/json.ts';
import type { JsonObject } from '../../worker/json.ts';
import type { JobOptions } from '../../worker/job-options.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { testJob } from '../servers/job.ts';
import type { TestJob } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import type { Script } from '../stubs/model-script.ts';

function jobWith(options: JobOptions, what: Script = {}): TestJob {
  const job = testJob(what);
  const { data } = job.event;
  return {
    ...job,
    event: { ...job.event, data: { ...(isJsonObject(data) && data), options: { ...options } as JsonObject } },
  };
}

/** When a job began first, and when it ended, in milliseconds of the database's clock. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** A model that never answers. */
async function silentModel() {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describeServers('two workers and jobs with options', (servers) => {
  let world: World;
  let first: WorkerProcess;
  let pool: pg.Pool;
  let silent: Awaited<ReturnType<typeof silentModel>>;
  beforeAll(async () => {
    world = await createWorld(servers);
    silent = await silentModel();
    pool = new pg.Pool({ connectionString: world.database.url, max: 1 });
    first = await world.worker();
    const second = await world.worker();
    await Promise.all([first.ready(), second.ready()]);
  });
  afterAll(async () => {
    silent.close();
    await pool.end();
    await world.close();
  });

  const spansOf = async (jobs: readonly TestJob[]): Promise<readonly Span[]> => {
    const { rows } = await pool.query<{ started_at: Date; finished_at: Date }>(
      'SELECT started_at, finished_at FROM agent_jobs WHERE job_id = ANY ($1) ORDER BY started_at',
      [jobs.map(({ jobId }) => jobId)],
    );
    return rows.map((row) => ({ from: row.started_at.getTime(), to: row.finished_at.getTime() }));
  };
  const completed = async (jobs: readonly TestJob[]): Promise<readonly Span[]> => {
    for (const { jobId } of jobs) expect((await world.result(jobId)).subject).toMatch(/completed$/);
    return spansOf(jobs);
  };
  const errorOf = async ({ jobId }: TestJob) =>
    ((await world.result(jobId)).event['data'] as JsonObject)['error'] as JsonObject;

  test('no more jobs of a key run at once than it says, on both together', async () => {
    const options = { concurrency: { key: 'shop', limit: 2 } };
    const jobs = Array.from({ length: 6 }, () => jobWith(options, { latencyMs: 500 }));
    await Promise.all(jobs.map((job) => world.publish(job)));
    const spans = await completed(jobs);
    const most = Math.max(
      ...spans.map(({ from }) => spans.filter((one) => one.from <= from && one.to > from).length),
    );
    expect(most).toBeLessThanOrEqual(2);
  });

  test('no more jobs of a rate begin in its time than it says, on both together', async () => {
    const rates = [{ key: 'mail', limit: 2, per_seconds: 2 }];
    const jobs = Array.from({ length: 5 }, () => jobWith({ rates }));
    await Promise.all(jobs.map((job) => world.publish(job)));
    const begun = (await completed(jobs)).map(({ from }) => from);
    const pauses = begun.slice(2).map((at, index) => at - (begun[index] ?? 0));
    expect(pauses).toHaveLength(3);
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(1_999);
  });

  test('a job for later holds no slot and no message, and begins when its time has come', async () => {
    const job = jobWith({ after_seconds: 4 });
    await world.publish(job);
    await until('it is known', async () => (await world.status(job.jobId)) === 'queued');
    await world.settled();
    const [span] = await completed([job]);
    const { rows } = await pool.query<{ created_at: Date }>(
      'SELECT created_at FROM agent_jobs WHERE job_id = $1',
      [job.jobId],
    );
    expect((span?.from ?? 0) - (rows[0]?.created_at.getTime() ?? Infinity)).toBeGreaterThanOrEqual(4_000);
  });

  test.each([
    { reason: 'waits', options: { after_seconds: 600, deadline_seconds: 2 }, what: {} },
    { reason: 'runs', options: { deadline_seconds: 3 }, what: { latencyMs: 120_000 } },
  ])('a job that $reason ends at its deadline, and says so', async ({ options, what }) => {
    const job = jobWith(options, what);
    await world.publish(job);
    const error = await errorOf(job);
    expect(error).toMatchObject({
      code: 'DEADLINE_PASSED',
      message: expect.stringContaining('deadline_seconds'),
    });
    expect(await world.status(job.jobId)).toBe('failed');
  });

  test('a job has as many attempts as it says', async () => {
    const job = jobWith({ attempts: 1, patience_seconds: 0 }, { fail: { status: 503, times: 100 } });
    await world.publish(job);
    expect(await errorOf(job)).toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    const { rows } = await pool.query('SELECT attempts FROM agent_jobs WHERE job_id = $1', [job.jobId]);
    expect(rows).toEqual([{ attempts: 1 }]);
  });

  test('HTTP takes the same, tells all that is wrong with it at once, and finds jobs by their tags', async () => {
    const post = (job: TestJob) =>
      fetch(first.url, {
        method: 'POST',
        body: JSON.stringify(job.event),
        headers: { Prefer: 'respond-async' },
      });
    const wrong = await post(jobWith({ attempts: 0, priority: 101, tags: ['a'.repeat(101)] }));
    expect(wrong.status).toBe(400);
    expect(
      ((await wrong.json()) as { problems: readonly { path: string }[] }).problems.map(({ path }) => path),
    ).toEqual(['data.options.attempts', 'data.options.priority', 'data.options.tags[0]']);
    const job = jobWith({ priority: 7, tags: ['nightly', 'of-a-test'] });
    expect((await post(job)).status).toBe(202);
    await completed([job]);
    const found = (await (await fetch(`${first.url}/jobs?tag=of-a-test`)).json()) as JsonObject;
    expect(found['jobs']).toMatchObject([{ job_id: job.jobId, priority: 7, tags: ['nightly', 'of-a-test'] }]);
  });

  test('kill -9 with a key in hand: the other worker takes the key up when the lease is over, and both jobs run', async () => {
    const hanging = await createWorld(servers);
    try {
      const dying = await hanging.worker({ OPENAI_BASE_URL: silent.url });
      await dying.ready();
      const options = { concurrency: { key: 'door', limit: 1 } };
      const [held, next] = [jobWith(options), jobWith(options)];
      await hanging.publish(held);
      await until('it runs', async () => (await hanging.status(held.jobId)) === 'running');
      const healthy = await hanging.worker();
      await healthy.ready();
      await hanging.publish(next);
      await until('the next one is known', async () => (await hanging.status(next.jobId)) === 'queued');
      dying.signal('SIGKILL');
      for (const { jobId } of [held, next])
        expect((await hanging.result(jobId)).subject).toMatch(/completed$/);
    } finally {
      await hanging.close();
    }
  });
});
