import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { at, list, text } from '../../functions/composition/read.ts';
import { openPool } from '../../worker/adapters/postgres/connection.ts';
import { postgresStore } from '../../worker/adapters/postgres/store.ts';
import type { JobStore } from '../../worker/job-store.ts';
import { migrate, readMigrations } from '../../worker/migrate.ts';
import { newJob } from '../contracts/new-job.ts';
import { call, claim, objectOf } from '../functions/call.ts';
import { isTrue } from '../functions/readiness.ts';
import { createDatabase, describeServers } from '../servers/describe-servers.ts';
import type { TestDatabase } from '../servers/describe-servers.ts';

/** What KEDA is told to ask for the executor `orders` of the namespace `shop`. */
function statementOfKeda(): string {
  const composite = claim('AgentExecutor', { image: 'a:b', scaling: { minReplicas: 0, countDueJobs: true } });
  const observed = { deployment: { spec: { replicas: 0 }, status: { conditions: [isTrue('Available')] } } };
  const triggers = list(at(objectOf(call(composite, { observed }), 'scaled-object'), 'spec', 'triggers'));
  return text(at(triggers[1], 'metadata', 'query'));
}

const in1h = `now() + interval '1 h'`;
const ago1h = `now() - interval '1 h'`;
const rated = `'{"rates": ["1/3600 mail"]}'`;
const ended = { status: "'completed'", finished_at: 'now()' };

/** A row of a job, in the words of SQL. */
function job(columns: Readonly<Record<string, string | boolean | null>>): string {
  const row = {
    job_id: "'job'",
    trace_id: "'t'",
    payload_hash: "'h'",
    request: "'{}'",
    status: "'queued'",
    job_group: "'shop/orders'",
    ...columns,
  };
  return `INSERT INTO agent_jobs (${Object.keys(row).join()}) VALUES (${Object.values(row).map(String).join()})`;
}

function cron(nextAt: string): string {
  return `INSERT INTO agent_crons (cron_id, job_group, keeps_threads, assistant_id, schedule, enabled, payload, metadata, next_at)
          VALUES ('cron', 'shop/orders', false, 'agent', '0 9 * * *', true, '{}', '{}', ${nextAt})`;
}

function fullFor(time: string): string {
  return `INSERT INTO agent_rates VALUES ('shop/orders', '1/3600 mail', ARRAY[now()], now() + interval '${time}')`;
}

const taker = { owner: 'me', leaseMs: 60_000, blocked: [], alone: true };

describeServers('what is due in the database, as KEDA is told to ask', (servers) => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let store: JobStore;
  beforeAll(async () => {
    database = await createDatabase(servers.postgres);
    pool = openPool({ kind: 'url', url: database.url }, 2, () => {});
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });
  beforeEach(async () => {
    const { rows } = await pool.query<{ found: boolean }>(
      `SELECT to_regclass('agent_jobs') IS NOT NULL AS found`,
    );
    if (rows[0]?.found) await pool.query('TRUNCATE agent_jobs, agent_crons, agent_outbox, agent_rates');
  });
  const due = async () => {
    const { rows } = await pool.query<Record<string, number>>(statementOfKeda());
    return Object.values(rows[0] ?? {})[0];
  };

  test('is nothing before a worker has made its tables, and nothing in empty ones', async () => {
    expect(await due()).toBe(0);
    await migrate(pool);
    expect(await due()).toBe(0);
    store = postgresStore(pool, 'shop/orders', await readMigrations());
  });

  test('is a job that is tried again: half a minute before its time, and while it runs, but no longer', async () => {
    await store.park(newJob({ jobId: 'again', options: { after_seconds: 3600 } }));
    expect(await due()).toBe(0);
    await pool.query(`UPDATE agent_jobs SET available_at = now() + interval '25 s'`);
    expect(await due()).toBe(1);
    await pool.query('UPDATE agent_jobs SET available_at = now()');
    const { job } = await store.takeDue(taker);
    expect(await due()).toBe(1);
    if (!job) throw new Error('expected the job');
    await store.finish(job.claim.lease, { status: 'completed', result: {} }, []);
    expect(await due()).toBe(0);
  });

  test('is no job that a message calls for: KEDA counts the message', async () => {
    const message = { id: 'm', subject: 's', headers: {}, body: new Uint8Array() };
    await store.accept(newJob({ jobId: 'called' }), message);
    await store.sent(['m']);
    expect(await due()).toBe(0);
  });

  const rows: readonly { reason: string; sql: string; due: number }[] = [
    { reason: 'a job that waits', sql: job({ waits_here: true }), due: 1 },
    { reason: 'one from before rows had a group', sql: job({ waits_here: true, job_group: null }), due: 1 },
    {
      reason: 'no job of another executor',
      sql: job({ waits_here: true, job_group: "'bank/orders'" }),
      due: 0,
    },
    {
      reason: 'no job whose rate is full for an hour',
      sql: `${job({ waits_here: true, options: rated })}; ${fullFor('1 h')}`,
      due: 0,
    },
    {
      reason: 'one whose rate has room soon',
      sql: `${job({ waits_here: true, options: rated })}; ${fullFor('9 s')}`,
      due: 1,
    },
    {
      reason: 'a job that is to be tried later, and is too late by then',
      sql: job({
        waits_here: true,
        available_at: in1h,
        options: `'{"deadline_seconds": 1}'`,
        created_at: ago1h,
      }),
      due: 1,
    },
    { reason: 'a question that nobody has answered', sql: job({ ...ended, answer_by: 'now()' }), due: 1 },
    { reason: 'no question that there is time for', sql: job({ ...ended, answer_by: in1h }), due: 0 },
    { reason: 'a client to be called', sql: job({ ...ended, webhook: "'https://example.com'" }), due: 1 },
    {
      reason: 'none that is called later',
      sql: job({ ...ended, webhook: "'https://example.com'", webhook_at: in1h }),
      due: 0,
    },
    { reason: 'a cron', sql: cron('now()'), due: 1 },
    { reason: 'no cron of another hour', sql: cron(in1h), due: 0 },
    { reason: 'no cron that rests', sql: cron('NULL'), due: 0 },
    {
      reason: 'a result that is not published',
      sql: `INSERT INTO agent_outbox (id, subject, headers, body, held_until, job_group)
            VALUES ('m', 's', '{}', '', now(), 'shop/orders')`,
      due: 1,
    },
  ];
  test.each(rows)('is $due for: $reason', async ({ sql, due: expected }) => {
    await pool.query(sql);
    expect(await due()).toBe(expected);
  });
});
