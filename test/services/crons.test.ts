import { Client } from '@langchain/langgraph-sdk';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';

/** Due in the night of a New Year, unless a test lets it come sooner. */
const schedule = '0 0 1 1 *';
const input = { messages: [{ role: 'user', content: script({ text: 'Good morning.' }) }] };
const config = { configurable: { agent_definition: definition() } };
const payload = { schedule, input, config };
const tokens = { ada: 'the token of ada, long', bob: 'the token of bob, long' };
const operator = 'the token of an operator';

describeServers('crons of a worker', (servers) => {
  let world: World;
  let worker: WorkerProcess;
  let client: Client;
  let pool: pg.Pool;
  const start = async (known: object = tokens) => {
    worker = await world.worker({ API_TOKEN: operator, API_TOKENS: JSON.stringify(known) });
    await worker.ready();
    client = as(operator);
  };
  const as = (apiKey: string) => new Client({ apiUrl: worker.url, apiKey });
  beforeAll(async () => {
    world = await createWorld(servers);
    pool = new pg.Pool({ connectionString: world.database.url, max: 2 });
    await start();
  });
  afterAll(async () => {
    await pool.end();
    await world.close();
  });

  const comes = async (...cronIds: string[]) =>
    pool.query('UPDATE agent_crons SET next_at = now() WHERE cron_id = ANY ($1)', [cronIds]);
  const rowOf = async (cronId: string) => {
    const text = 'SELECT turn, held_until > now() AS held FROM agent_crons WHERE cron_id = $1';
    const { rows } = await pool.query<{ turn: number; held: boolean | null }>(text, [cronId]);
    return rows[0];
  };
  const movedOn = (cronId: string, turn: number) =>
    until('the cron has moved on', async () => (await rowOf(cronId))?.turn === turn, { seconds: 120 });
  const runsOf = async (cronId: string) => {
    const text = `SELECT job_id FROM agent_jobs WHERE run #>> '{metadata,cron_id}' = $1`;
    return (await pool.query<{ job_id: string }>(text, [cronId])).rows;
  };

  test('are made, found, changed and deleted by the official SDK', async () => {
    const { thread_id } = await client.threads.create();
    const metadata = { of: 'a test' };
    const made = await client.crons.create('agent', { ...payload, metadata, timezone: 'Europe/Berlin' });
    expect(made).toMatchObject({
      thread_id: null,
      on_run_completed: 'delete',
      schedule,
      metadata,
      enabled: true,
    });
    expect(made.next_run_date).toMatch(/-12-31T23:00:00.000Z$/);
    expect(made.payload).toEqual({ input, config: { configurable: {} } });
    const other = await client.crons.createForThread(thread_id, 'agent', payload);
    expect(other).toMatchObject({ thread_id, on_run_completed: null, timezone: null });
    expect(await client.crons.search({ metadata })).toEqual([made]);
    expect(await client.crons.search({ threadId: thread_id, select: ['cron_id'] })).toEqual([
      { cron_id: other.cron_id },
    ]);
    expect(await client.crons.count({ assistantId: 'agent' })).toBe(2);
    const endTime = '2100-01-01T00:00:00Z';
    const changed = await client.crons.update(made.cron_id, {
      enabled: false,
      endTime,
      metadata: { more: 1 },
    });
    expect(changed).toMatchObject({
      enabled: false,
      next_run_date: null,
      metadata: { ...metadata, more: 1 },
    });
    expect(changed).toMatchObject({ end_time: '2100-01-01T00:00:00.000Z', payload: made.payload });
    await client.crons.delete(made.cron_id);
    await expect(client.crons.delete(made.cron_id)).rejects.toThrow(/404/);
    await client.threads.delete(thread_id);
    expect(await client.crons.count()).toBe(0);
  });

  test.each([
    { reason: 'a schedule that cannot be read', more: { schedule: 'soon' }, refused: /422.*five fields/ },
    { reason: 'a time zone that is none', more: { timezone: 'Moon' }, refused: /422.*Europe\/Berlin/ },
    { reason: 'a day that never comes', more: { schedule: '0 0 30 2 *' }, refused: /422.*never be due/ },
    { reason: 'an end that is over', more: { endTime: '2020-01-01T00:00:00' }, refused: /422.*never be due/ },
    { reason: 'an agent without a definition', more: { config: {} }, refused: /422.*definition/ },
    {
      reason: 'a webhook without a secret',
      more: { webhook: 'https://x.example' },
      refused: /WEBHOOK_SECRET/,
    },
  ])('$reason is refused when it is made, and when it is changed', async ({ more, refused }) => {
    await expect(client.crons.create('agent', { ...payload, ...more })).rejects.toThrow(refused);
    const { cron_id } = await client.crons.create('agent', payload);
    await expect(client.crons.update(cron_id, more)).rejects.toThrow(refused);
    await client.crons.delete(cron_id);
  });

  test('a due time has one run, on the thread that was named, told in the metrics', async () => {
    const { thread_id } = await client.threads.create();
    const { cron_id } = await client.crons.createForThread(thread_id, 'agent', payload);
    await comes(cron_id);
    await movedOn(cron_id, 1);
    const [run] = await client.runs.list(thread_id);
    expect(run).toMatchObject({ metadata: { cron_id } });
    expect(JSON.stringify(await client.runs.join(thread_id, run?.run_id ?? ''))).toContain('Good morning.');
    expect((await client.crons.search({ threadId: thread_id }))[0]?.next_run_date).toMatch(/-01-01T00:00/);
    expect(await (await fetch(`${worker.url}/metrics`)).text()).toMatch(/_crons_total [1-9]/);
  });

  test('one whose assistant is gone is left without a run, which is counted', async () => {
    const { assistant_id } = await client.assistants.create({ graphId: 'agent', config });
    const { cron_id } = await client.crons.create(assistant_id, { schedule, input });
    await client.assistants.delete(assistant_id);
    await comes(cron_id);
    await movedOn(cron_id, 1);
    expect(await runsOf(cron_id)).toEqual([]);
    const metrics = async () => (await fetch(`${worker.url}/metrics`)).text();
    await until('it is counted', async () => /_crons_skipped_total 1/.test(await metrics()));
  });

  test('while a run of it waits no other comes; once that has begun they come again', async () => {
    const later = { configurable: { ...config.configurable, job_options: { after_seconds: 86_400 } } };
    const { cron_id } = await client.crons.create('agent', { schedule, input, config: later });
    for (const turn of [1, 2, 3]) {
      await comes(cron_id);
      await movedOn(cron_id, turn);
    }
    const [run, ...more] = await runsOf(cron_id);
    expect(more).toEqual([]);
    await until('the log says why', async () =>
      /the run before it of the cron waits still/.test(worker.log()),
    );
    await pool.query('UPDATE agent_jobs SET available_at = now() WHERE job_id = $1', [run?.job_id]);
    await until('it has run', async () => (await world.status(run?.job_id ?? '')) === 'completed');
    await comes(cron_id);
    await movedOn(cron_id, 4);
    expect(await runsOf(cron_id)).toHaveLength(2);
    await client.crons.delete(cron_id);
  });

  test('a cron of a tenant runs an agent of its own, on threads of its own', async () => {
    const [ada, bob] = [as(tokens.ada), as(tokens.bob)];
    const { assistant_id } = await ada.assistants.create({ graphId: 'agent', config });
    const wanted = { schedule, input, onRunCompleted: 'keep' as const };
    await expect(bob.crons.create(assistant_id, wanted)).rejects.toThrow(/404/);
    const { cron_id, user_id } = await ada.crons.create(assistant_id, wanted);
    expect(user_id).toBe('ada');
    expect(await bob.crons.search()).toEqual([]);
    await expect(bob.crons.update(cron_id, { enabled: false })).rejects.toThrow(/404/);
    await expect(bob.crons.delete(cron_id)).rejects.toThrow(/404/);
    await comes(cron_id);
    await movedOn(cron_id, 1);
    expect(await ada.threads.search({ metadata: { assistant_id } })).toHaveLength(1);
    expect(await bob.threads.count()).toBe(0);
    // Without her in API_TOKENS it stops.
    worker.signal('SIGTERM');
    await worker.exited();
    await start({ bob: tokens.bob });
    await comes(cron_id);
    await movedOn(cron_id, 2);
    expect(await runsOf(cron_id)).toHaveLength(1);
    await until('the log names both', async () => {
      const said = worker
        .log()
        .split('\n')
        .find((line) => line.includes('its tenant ada is gone'));
      return said?.includes(cron_id);
    });
    worker.signal('SIGTERM');
    await worker.exited();
    await start();
  });

  test('two workers put one run for each due time', async () => {
    const other = await world.worker();
    await other.ready();
    const made = [];
    for (let index = 0; index < 8; index += 1) made.push(await client.crons.create('agent', payload));
    const ids = made.map(({ cron_id }) => cron_id);
    for (const turn of [1, 2]) {
      await comes(...ids);
      for (const id of ids) await movedOn(id, turn);
      // While one waits there is no next.
      for (const id of ids)
        for (const { job_id } of await runsOf(id))
          await until('it has run', async () => (await world.status(job_id)) === 'completed');
    }
    for (const id of ids) expect(await runsOf(id)).toHaveLength(2);
    other.signal('SIGTERM');
    await other.exited();
  });

  test('a due time has one run although its worker is killed with the cron in hand', async () => {
    const { thread_id } = await client.threads.create();
    const { cron_id } = await client.crons.createForThread(thread_id, 'agent', payload);
    const keeper = await pool.connect();
    await keeper.query('BEGIN');
    // The run cannot be put while somebody else has its thread.
    await keeper.query('SELECT FROM agent_threads WHERE thread_id = $1 FOR UPDATE', [thread_id]);
    await comes(cron_id);
    await until('a worker has it in hand', async () => (await rowOf(cron_id))?.held, { seconds: 60 });
    worker.signal('SIGKILL');
    await worker.exited();
    await keeper.query('ROLLBACK');
    keeper.release();
    expect(await runsOf(cron_id)).toEqual([]);
    await pool.query('UPDATE agent_crons SET held_until = now() WHERE cron_id = $1', [cron_id]);
    await start();
    await movedOn(cron_id, 1);
    expect(await runsOf(cron_id)).toHaveLength(1);
  }, 300_000);
});
