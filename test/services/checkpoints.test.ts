import { randomBytes } from 'node:crypto';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { claimJob } from '../../worker/adapters/postgres/statements/claim-job.ts';
import { openPool } from '../../worker/adapters/postgres/connection.ts';
import { postgresStore } from '../../worker/adapters/postgres/store.ts';
import { postgresCheckpoints } from '../../worker/agents/checkpoints/postgres.ts';
import type { Put } from '../../worker/agents/checkpoints/store.ts';
import { migrate, readMigrations } from '../../worker/migrate.ts';
import {
  agentOn,
  completed,
  definition,
  job,
  loseLease,
  quick,
  slowFor,
  teamOf,
  testRun,
  toolsStarted,
} from '../agents/fixture.ts';
import { until } from '../engine/until.ts';
import { createDatabase, describeServers } from '../servers/describe-servers.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { newJob } from '../contracts/new-job.ts';

const slow = slowFor(1_500);
const tools = { quick, slow };
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describeServers('checkpoints in PostgreSQL', (servers) => {
  let models: ModelServer;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let pool: ReturnType<typeof openPool>;
  let queries = 0;

  beforeAll(async () => {
    models = await startModelServer();
    database = await createDatabase(servers.postgres);
    pool = openPool({ kind: 'url', url: database.url }, 5, () => {});
    await migrate(pool);
    const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
    Object.assign(pool, { query: (...args: unknown[]) => ((queries += 1), query(...args)) });
  });

  afterAll(async () => {
    await pool.end();
    await database.drop();
    await models.close();
  });

  /** Gives the job to a new worker; the token of its lease. */
  async function claim(jobId: string): Promise<number> {
    await pool.query('UPDATE agent_jobs SET lease_until = now(), crashes = 0 WHERE job_id = $1', [jobId]);
    const claimed = await until('it is claimed', async () => {
      const answer = await claimJob(pool, 'shop/agent', newJob({ jobId }), 'me', 60_000);
      return answer.kind === 'claimed' ? answer : undefined;
    });
    return claimed.lease.token;
  }

  const agent = () => agentOn(models.url, {}, postgresCheckpoints(pool));

  test('take one statement a step, and one to look for an earlier attempt', async () => {
    const token = await claim('count');
    queries = 0;
    await agent().run(job('count', definition({ text: 'one call' })), testRun(undefined, token));
    // The look, the input with the first step, the answer.
    expect(queries).toBe(3);
  });

  test('bring a job back to the parallel tool that had not answered', async () => {
    const rounds = [
      [{ tool: 'quick', args: { n: 1 } }, { tool: 'slow' }],
      [{ tool: 'quick', args: { n: 2 } }],
    ];
    const of = definition({ name: 'pg', rounds, text: 'through' }, tools);
    const moment = { type: 'on_tool_end', tool: 'quick', afterMs: 100 } as const;
    await loseLease(agent(), job('pg', of), moment, await claim('pg'));
    const again = testRun(undefined, await claim('pg'));
    const second = agent();
    const { result, resumed } = completed(await second.run(job('pg', of), again));
    expect({ resumed, output: result['output'] }).toEqual({ resumed: true, output: 'through' });
    expect(models.steps('pg')).toEqual([1, 1, 1]);
    expect(toolsStarted(again)).toEqual(['slow', 'quick']);
    await second.close();
  });

  test('hold the tokens that a job has used, those of its specialists included', async () => {
    const of = teamOf('pg-boss', 'pg-helper', slow);
    await loseLease(agent(), job('tokens', of), {}, await claim('tokens'));
    const checkpoints = postgresCheckpoints(pool);
    expect((await checkpoints.usage('tokens')).tokens, 'three calls of 20 tokens').toBe(60);
    const second = agentOn(models.url, { tokenBudget: 70 }, checkpoints);
    const over = second.run(job('tokens', of), testRun(undefined, await claim('tokens')));
    await expect(over).rejects.toMatchObject({ code: 'TOKEN_BUDGET' });
    expect((await checkpoints.usage('tokens')).tokens).toBe(72);
    expect(await checkpoints.usage('never-heard-of')).toEqual({ tokens: 0, bytes: 0 });
    await second.close();
  });

  test('of a worker that has lost the job are refused, however late they come', async () => {
    const of = definition({ name: 'fence', rounds: [[{ tool: 'slow', args: {} }]], text: 'through' }, tools);
    const frozen = testRun(undefined, await claim('fence'));
    const late = agent().run(job('fence', of), frozen);
    const refused = late.catch((error: unknown) => error);
    await until('it runs a tool', async () => toolsStarted(frozen).length === 1);
    const token = await claim('fence');
    expect(await refused).toMatchObject({ code: 'LEASE_LOST' });
    const { rows } = await pool.query(
      'SELECT max(token)::integer AS token FROM agent_checkpoints WHERE job_id = $1',
      ['fence'],
    );
    expect(rows).toEqual([{ token: token - 1 }]);
    const successor = testRun(undefined, token);
    expect(completed(await agent().run(job('fence', of), successor)).result['output']).toBe('through');
    expect(models.steps('fence')).toEqual([1, 1]);
  });

  test('come in the order of the database: a clock that is an hour ahead repeats nothing', async () => {
    const rounds = [[{ tool: 'quick', args: { n: 1 } }], [{ tool: 'slow' }]];
    const of = definition({ name: 'clock', rounds }, tools);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    const ahead = testRun(
      ({ type }) => {
        if (type === 'on_tool_end') ahead.draining.abort();
      },
      await claim('clock'),
    );
    await agent()
      .run(job('clock', of), ahead)
      .finally(() => vi.useRealTimers());
    await loseLease(agent(), job('clock', of), {}, await claim('clock'));
    const third = testRun(undefined, await claim('clock'));
    expect(completed(await agent().run(job('clock', of), third)).resumed).toBe(true);
    expect(models.steps('clock')).toEqual([1, 1, 1]);
    expect(toolsStarted(third)).toEqual(['slow']);
  });

  test('forgive what the job has been through', async () => {
    const token = await claim('forgiven');
    await pool.query(
      `UPDATE agent_jobs SET failures = 2, crashes = 1, away_since = now() WHERE job_id = 'forgiven'`,
    );
    await agent().run(job('forgiven', definition({})), testRun(undefined, token));
    const { rows } = await pool.query(
      `SELECT failures, crashes, away_since FROM agent_jobs WHERE job_id = 'forgiven'`,
    );
    expect(rows).toEqual([{ failures: 0, crashes: 0, away_since: null }]);
  });

  test('that v0.1.0 left in LangGraph’s own tables are gone on from', async () => {
    const of = definition({ name: 'both', rounds: [[{ tool: 'quick', args: { n: 'é\u0001\\' } }]] }, tools);
    const theirs = new PostgresSaver(pool);
    await theirs.setup();
    const old = agentOn(models.url, {}, theirs);
    await claim('both');
    const run = testRun(({ type }) => {
      if (type === 'on_tool_start') run.draining.abort();
    });
    expect(await old.run(job('both', of), run)).toEqual({ kind: 'drained' });
    const before = await theirs.getTuple({ configurable: { thread_id: 'both', checkpoint_ns: '' } });
    const mine = agent();
    const again = testRun(undefined, await claim('both'));
    expect(completed(await mine.run(job('both', of), again)).resumed).toBe(true);
    expect(models.steps('both')).toEqual([1, 1]);
    const kept = await postgresCheckpoints(pool).read({
      configurable: { thread_id: 'both', checkpoint_ns: '', checkpoint_id: before?.checkpoint.id },
    });
    expect(plain(kept?.checkpoint.channel_values)).toEqual(plain(before?.checkpoint.channel_values));
    await Promise.all([mine.close(), old.close()]);
  });

  test('of finished jobs are forgotten together, and no others', async () => {
    const mine = agent();
    for (const id of ['a', 'b', 'c'])
      await mine.run(job(id, definition({ name: `forget-${id}` })), testRun(undefined, await claim(id)));
    // More than one statement deletes.
    await pool.query(
      `INSERT INTO agent_checkpoints (job_id, namespace, kind, key, token, type, bytes)
       SELECT 'a', '', 'write', 'w' || number, 1, 'json', '{}' FROM generate_series(1, 1200) AS number`,
    );
    await mine.forget(['a', 'b']);
    const left = await pool.query<{ job_id: string }>(
      `SELECT DISTINCT job_id FROM agent_checkpoints WHERE job_id IN ('a', 'b', 'c')`,
    );
    expect(left.rows.map((row) => row.job_id)).toEqual(['c']);
  });

  test('of a completed job are dropped after a while, but for the last with all that it holds', async () => {
    const mine = agent();
    const of = definition({ name: 'thin' });
    const lease = await claim('thin');
    await mine.run(job('thin', of), testRun(undefined, lease));
    const checkpoints = postgresCheckpoints(pool);
    const newest = () => checkpoints.read({ configurable: { thread_id: 'thin', checkpoint_ns: '' } });
    const before = await newest();
    const store = postgresStore(pool, 'shop/agent', await readMigrations());
    await pool.query(`UPDATE agent_jobs SET thinned = true WHERE job_id <> 'thin'`);
    expect(await store.thin(0)).toBe(false);
    await store.finish({ jobId: 'thin', token: lease }, { status: 'completed', result: {} }, []);
    expect(await store.thin(3_600_000)).toBe(false);
    await until('it is old enough', () => store.thin(1));
    expect(await store.thin(1)).toBe(false);
    expect(plain(await newest())).toEqual(plain(before));
    const kinds = await pool.query<{ kind: string; rows: number }>(
      `SELECT kind, count(*)::integer AS rows FROM agent_checkpoints WHERE job_id = 'thin' GROUP BY kind ORDER BY kind`,
    );
    expect(kinds.rows.find(({ kind }) => kind === 'checkpoint')).toEqual({ kind: 'checkpoint', rows: 1 });
    expect(kinds.rows.map(({ kind }) => kind)).toEqual(['checkpoint', 'value']);
  });

  test.each([
    ['with the character 0', 'of\0bees', 'SQLSTATE 22021'],
    ['too long for an index', randomBytes(8_000).toString('hex'), 'SQLSTATE 54000'],
  ])('that PostgreSQL refuses for a name %s fail the job by their name', async (reason, channel, why) => {
    const store = postgresCheckpoints(pool);
    const put: typeof store.put = (lease, thread, puts) => {
      const more = puts.map(([config, checkpoint, metadata, versions]): Put => {
        const values = { ...checkpoint.channel_values, [channel]: 'honey' };
        return [config, { ...checkpoint, channel_values: values }, metadata, { ...versions, [channel]: 1 }];
      });
      return store.put(lease, thread, more);
    };
    const lease = await claim(reason);
    const running = agentOn(models.url, {}, { ...store, put }).run(
      job(reason, definition({})),
      testRun(undefined, lease),
    );
    await expect(running).rejects.toMatchObject({
      code: 'STORE_REFUSED',
      message: expect.stringContaining(why),
    });
  });

  test('that cannot be written end the attempt, not the job', async () => {
    const closed = openPool({ kind: 'url', url: database.url.replace(/:\d+\//, ':9/') }, 1, () => {});
    const lost = agentOn(models.url, {}, postgresCheckpoints(closed));
    await expect(lost.run(job('lost', definition({})), testRun())).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    await closed.end();
  });
});
