import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPool } from '../../worker/adapters/postgres/connection.ts';
import { PostgresCheckpoints } from '../../worker/agents/checkpoints/postgres.ts';
import { migrate } from '../../worker/migrate.ts';
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
import { createDatabase, describeServers } from '../servers/describe-servers.ts';
import { startModelServer, type ModelServer } from '../stubs/model-server.ts';

const slow = slowFor(500);
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

  const agent = () => agentOn(models.url, {}, new PostgresCheckpoints(pool));

  test('take one statement a step, and one to look for an earlier attempt', async () => {
    queries = 0;
    await agent().run(job('count', definition({ text: 'one call' })), testRun());
    // The look, the input with the first step, the answer.
    expect(queries).toBe(3);
  });

  test('bring a job back to the parallel tool that had not answered', async () => {
    const rounds = [
      [{ tool: 'quick', args: { n: 1 } }, { tool: 'slow' }],
      [{ tool: 'quick', args: { n: 2 } }],
    ];
    const of = definition({ name: 'pg', rounds, text: 'through' }, tools);
    await loseLease(agent(), job('pg', of), { type: 'on_tool_end', tool: 'quick', afterMs: 100 });
    const again = testRun();
    const second = agent();
    const { result, resumed } = completed(await second.run(job('pg', of), again));
    expect({ resumed, output: result['output'] }).toEqual({ resumed: true, output: 'through' });
    expect(models.steps('pg')).toEqual([1, 1, 1]);
    expect(toolsStarted(again)).toEqual(['slow', 'quick']);
    await second.close();
  });

  test('hold the tokens that a job has used, those of its specialists included', async () => {
    const of = teamOf('pg-boss', 'pg-helper', slow);
    await loseLease(agent(), job('tokens', of));
    const checkpoints = new PostgresCheckpoints(pool);
    expect(await checkpoints.tokens('tokens'), 'three calls of 20 tokens').toBe(60);
    const second = agentOn(models.url, { tokenBudget: 70 }, checkpoints);
    await expect(second.run(job('tokens', of), testRun())).rejects.toMatchObject({ code: 'TOKEN_BUDGET' });
    expect(await checkpoints.tokens('tokens')).toBe(72);
    expect(await checkpoints.tokens('never-heard-of')).toBe(0);
    await second.close();
  });

  test('are the same to LangGraph’s own checkpointer', async () => {
    const of = definition({ name: 'both', rounds: [[{ tool: 'quick', args: { n: 'é\u0001\\' } }]] }, tools);
    const mine = agent();
    const run = testRun(({ type }) => {
      if (type === 'on_tool_start') run.draining.abort();
    });
    expect(await mine.run(job('both', of), run)).toEqual({ kind: 'drained' });
    const config = { configurable: { thread_id: 'both' } };
    const [ours, theirs] = [new PostgresCheckpoints(pool), new PostgresSaver(pool)];
    const [left, right] = [await ours.getTuple(config), await theirs.getTuple(config)];
    expect(left).toBeDefined();
    expect(plain(left)).toEqual(plain(right));
    const named = { configurable: left?.config.configurable ?? {} };
    expect(plain(await ours.getTuple(named))).toEqual(plain(left));
    const other = agentOn(models.url, {}, theirs);
    expect(completed(await other.run(job('both', of), testRun())).resumed).toBe(true);
    expect(models.steps('both')).toEqual([1, 1]);
    await Promise.all([mine.close(), other.close()]);
  });

  test('of finished jobs are forgotten together, and no others', async () => {
    const mine = agent();
    for (const id of ['a', 'b', 'c'])
      await mine.run(job(id, definition({ name: `forget-${id}` })), testRun());
    await mine.forget(['a', 'b']);
    const left = await pool.query<{ thread_id: string }>(
      `SELECT DISTINCT thread_id FROM checkpoints WHERE thread_id IN ('a', 'b', 'c')
       UNION SELECT thread_id FROM checkpoint_blobs WHERE thread_id IN ('a', 'b')
       UNION SELECT thread_id FROM checkpoint_writes WHERE thread_id IN ('a', 'b')`,
    );
    expect(left.rows.map((row) => row.thread_id)).toEqual(['c']);
  });

  test('that cannot be written end the attempt, not the job', async () => {
    const closed = openPool({ kind: 'url', url: database.url.replace(/:\d+\//, ':9/') }, 1, () => {});
    const lost = agentOn(models.url, {}, new PostgresCheckpoints(closed));
    await expect(lost.run(job('lost', definition({})), testRun())).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    await closed.end();
  });
});
