import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPool } from '../../worker/adapters/postgres/connection.ts';
import { postgresStore } from '../../worker/adapters/postgres/store.ts';
import { postgresThreads } from '../../worker/adapters/postgres/threads/store.ts';
import type { JobStore } from '../../worker/job-store.ts';
import { migrate, readMigrations } from '../../worker/migrate.ts';
import type { OutboxMessage } from '../../worker/ports.ts';
import { createDatabase, describeServers } from '../servers/describe-servers.ts';
import type { TestDatabase } from '../servers/describe-servers.ts';
import { newJob } from '../contracts/new-job.ts';

const LEASE_MS = 30_000;
const error = { code: 'CANCELLED', message: 'asked to' };

function message(id: string): OutboxMessage {
  return { id, subject: 'shop.status.completed', headers: {}, body: new Uint8Array() };
}

const taker = { owner: 'me', leaseMs: LEASE_MS, blocked: [], alone: true };

describeServers('jobs of two groups in one database', (servers) => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let shop: JobStore;
  let bank: JobStore;
  beforeAll(async () => {
    database = await createDatabase(servers.postgres);
    pool = openPool({ kind: 'url', url: database.url }, 5, () => {});
    await migrate(pool);
    const migrations = await readMigrations();
    shop = postgresStore(pool, 'shop/agent', migrations);
    bank = postgresStore(pool, 'bank/agent', migrations);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });
  const seconds = async (store: JobStore) => (await store.takeUnsent(100, 0)).map(({ id }) => id);

  test('one that waits is taken by its own workers alone', async () => {
    await shop.park(newJob({ jobId: 'waits' }));
    expect(await bank.takeDue(taker)).toEqual({ job: undefined, nextMs: undefined, suspects: false });
    expect((await shop.takeDue(taker)).job?.claim.lease.jobId).toBe('waits');
  });

  test('one that waits for later or alone is not told to others', async () => {
    await shop.park(newJob({ jobId: 'later' }));
    await pool.query(`UPDATE agent_jobs SET available_at = now() + interval '1 h' WHERE job_id = 'later'`);
    await shop.park(newJob({ jobId: 'suspect' }));
    await pool.query(`UPDATE agent_jobs SET crashes = 9 WHERE job_id = 'suspect'`);
    expect(await bank.takeDue(taker)).toEqual({ job: undefined, nextMs: undefined, suspects: false });
    expect(await shop.takeDue({ ...taker, alone: false })).toMatchObject({ suspects: true });
  });

  test('one that has lost its worker and its message is taken up by its own workers alone', async () => {
    await shop.claim(newJob({ jobId: 'lost' }), 'gone', 0);
    await pool.query(
      `UPDATE agent_jobs SET available_at = now() - interval '1 h', lease_until = now() - interval '1 h' WHERE job_id = 'lost'`,
    );
    expect(await bank.adopt(1_000, Infinity, 10)).toEqual([]);
    expect(await shop.adopt(1_000, Infinity, 10)).toEqual(['lost']);
  });

  test('an id of another group is a conflict on every way in, and stays as it is', async () => {
    await shop.accept(newJob({ jobId: 'taken' }), message('m-taken'));
    expect(await bank.claim(newJob({ jobId: 'taken' }), 'me', LEASE_MS)).toEqual({ kind: 'conflict' });
    expect(await bank.park(newJob({ jobId: 'taken' }))).toBe('conflict');
    expect(await bank.accept(newJob({ jobId: 'taken' }), message('m-other'))).toBe('conflict');
    const failed = { job: { ...newJob({ jobId: 'taken' }), request: '' }, error, messages: [] };
    expect(await bank.reject({ letter: message('m-letter'), failed, refusal: message('m-refusal') })).toBe(
      'refused',
    );
    await bank.sent(['m-letter', 'm-refusal']);
    expect(await bank.retry('taken')).toBe('unknown');
    expect(await bank.list({}, 10)).toEqual([]);
    expect(await bank.counts({})).toEqual([]);
    expect(await shop.read('taken')).toMatchObject({ status: 'queued', attempts: 0 });
  });

  test('a thread of another group is not there, and no job has its id or goes on with it', async () => {
    const [ours, theirs] = [postgresThreads(pool, 'shop/agent'), postgresThreads(pool, 'bank/agent')];
    expect(await ours.create('thread', { of: 'shop' })).toBe(true);
    expect(await theirs.create('thread', {})).toBe(false);
    expect(await theirs.read('thread')).toBeUndefined();
    const page = { limit: 10, offset: 0, sortBy: 'created_at', descending: true } as const;
    expect(await theirs.search({}, page)).toEqual([]);
    expect(await theirs.count({ ids: ['thread'] })).toBe(0);
    expect(await theirs.patch('thread', {})).toBe(false);
    expect(await theirs.copy('thread', 'copy')).toBe(false);
    expect(await theirs.hold('thread', 1_000)).toBe('unknown');
    expect(await theirs.listRuns('thread', 10, 0)).toEqual([]);
    expect(await theirs.remove('thread')).toBe('unknown');
    const on = newJob({ thread: 'thread' });
    expect(await bank.park(on)).toBe('conflict');
    expect(await bank.accept(on, message('m-on'))).toBe('conflict');
    const same = newJob({ jobId: 'thread' });
    expect(await bank.claim(same, 'me', LEASE_MS)).toEqual({ kind: 'conflict' });
    expect(await bank.park(same)).toBe('conflict');
    expect(await bank.accept(same, message('m-same'))).toBe('conflict');
    await bank.note('stream', 1, [{ ...same, publishedAt: 1_000 }]);
    expect(await bank.read('thread')).toBeUndefined();
    expect(await ours.read('thread')).toMatchObject({ metadata: { of: 'shop' } });
  });

  test('it is neither read, nor cancelled, nor waited for by others', async () => {
    const claim = await shop.claim(newJob({ jobId: 'done' }), 'me', LEASE_MS);
    if (claim.kind !== 'claimed') throw new Error(`expected a claim, got ${claim.kind}`);
    expect(await bank.read('done')).toBeUndefined();
    expect(await bank.cancel('done', 1, error, [])).toBe('unknown');
    await shop.finish(claim.lease, { status: 'completed', result: {} }, [message('m-done')]);
    expect(await bank.finished(['done'])).toEqual([]);
    expect(await shop.finished(['done'])).toEqual(['done']);
  });

  test('its events are sent over its own queue alone, dead letters too, and counted there', async () => {
    await bank.reject({ letter: message('m-dead'), failed: undefined, refusal: message('m-told') });
    await pool.query(`UPDATE agent_outbox SET held_until = now()`);
    expect((await seconds(shop)).toSorted()).toEqual(['m-done', 'm-taken']);
    expect((await seconds(bank)).toSorted()).toEqual(['m-dead', 'm-told']);
    expect((await bank.outbox()).pending).toBe(2);
  });

  test('it is kept for as long as its own group says', async () => {
    await pool.query(`UPDATE agent_jobs SET finished_at = now() - interval '1 h' WHERE job_id = 'done'`);
    expect(await bank.expired(1_000, 10)).toEqual([]);
    expect(await shop.expired(1_000, 10)).toEqual(['done']);
  });

  test('others hear how many there are', async () => {
    expect(await bank.others()).toEqual({ 'shop/agent': 5 });
    expect(await shop.others()).toEqual({});
  });

  test('one from before there were groups is taken by whoever comes first, and is theirs from then on', async () => {
    await shop.park(newJob({ jobId: 'old' }));
    await pool.query(`UPDATE agent_jobs SET job_group = NULL WHERE job_id = 'old'`);
    await pool.query(`UPDATE agent_outbox SET job_group = NULL WHERE id = 'm-taken'`);
    expect((await bank.takeDue(taker)).job?.claim.lease.jobId).toBe('old');
    expect(await shop.read('old')).toBeUndefined();
    expect((await seconds(bank)).toSorted()).toEqual(['m-dead', 'm-taken', 'm-told']);
  });
});
