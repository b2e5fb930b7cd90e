import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { NewJob } from '../../../worker/job-store.ts';
import { until } from '../../engine/until.ts';
import { newJob } from '../new-job.ts';
import { LEASE_MS, message, completed, again, error, rejection } from './tried-store.ts';
import type { TriedStore } from './tried-store.ts';

/** What people do with jobs: cancel, retry, list. */
export function managing(on: TriedStore): void {
  test('cancelling: a job that waits ends with its messages, one that runs is marked, one that ended stays', async () => {
    const waiting = newJob();
    await on.store.accept(waiting, message());
    expect(await on.store.cancel(waiting.jobId, 0, error, [message()])).toBe('cancelled');
    expect(await on.store.read(waiting.jobId)).toMatchObject({ status: 'cancelled', error });
    const running = newJob();
    const lease = await on.claimed(running);
    expect(await on.store.cancel(running.jobId, 1, error, [message()])).toBe('requested');
    expect(await on.store.renew([lease], LEASE_MS)).toEqual([
      { ...lease, held: true, renewed: true, cancelRequested: true },
    ]);
    await on.store.finish(lease, completed, []);
    expect(await on.store.cancel(running.jobId, 1, error, [])).toBe('finished');
    expect(await on.store.cancel('unknown', 0, error, [])).toBe('unknown');
  });

  test('a cancelled job that lost its worker is still cancelled for the next one', async () => {
    const job = newJob();
    await on.store.release(await on.claimed(job), again);
    const lease = await until('the job is due', async () => {
      const claim = await on.store.claim(job, 'me', 1);
      return claim.kind === 'claimed' ? claim.lease : undefined;
    });
    await on.store.cancel(lease.jobId, lease.token, error, []);
    const next = await until('the lease runs out', async () => {
      const claim = await on.store.claim(job, 'other', LEASE_MS);
      return claim.kind === 'claimed' ? claim : undefined;
    });
    expect(next.cancelRequested).toBe(true);
  });

  test('a job that failed waits here again when it is retried, forgiven, with a token of its own', async () => {
    const job = newJob();
    const lease = await on.claimed(job);
    expect(await on.store.retry(job.jobId)).toBe('unfinished');
    await on.store.finish(lease, { status: 'failed', error }, []);
    expect(await on.store.retry(job.jobId)).toBe('retried');
    expect(await on.store.read(job.jobId)).toMatchObject({
      status: 'queued',
      token: 2,
      error,
      finishedAt: undefined,
    });
    expect(await on.store.retry(job.jobId)).toBe('unfinished');
    expect(await on.store.finish(lease, completed, [])).toBe(false);
    const due = await until('it is due', () => on.taken(job.jobId));
    expect(due.claim).toMatchObject({
      lease: { token: 3 },
      attempt: 2,
      trouble: { failures: 0, crashes: 0, awayMs: 0 },
      cancelRequested: false,
      lastError: error,
    });
    await on.store.finish(due.claim.lease, completed, []);
    expect(await on.store.retry(job.jobId)).toBe('completed');
  });

  test('a cancelled job is retried; what never was a job is not, and one that is unknown is not', async () => {
    const job = newJob();
    await on.store.park(job);
    expect(await on.store.cancel(job.jobId, 7, error, [])).toBe('changed');
    expect(await on.store.cancel(job.jobId, 0, error, [])).toBe('cancelled');
    expect(await on.store.retry(job.jobId)).toBe('retried');
    expect(await until('it is due', () => on.taken(job.jobId))).toMatchObject({
      claim: { cancelRequested: false },
    });
    const malformed = newJob();
    await on.store.reject(rejection(malformed));
    expect(await on.store.retry(malformed.jobId)).toBe('malformed');
    expect(await on.store.retry('unknown')).toBe('unknown');
  });

  test('jobs are listed by status, code, agent, age and text, the newest first, and counted alike', async () => {
    const agent = randomUUID();
    const [waiting, failed, other] = [
      newJob({ agent, about: 'Order a PIZZA.' }),
      newJob({ agent, traceId: 'trace-of-the-second' }),
      newJob({ agent, about: '100% sure_' }),
    ];
    await on.store.park({ ...waiting, needs: ['nobody has this'] });
    await on.store.finish(
      await on.claimed(failed),
      { status: 'failed', error: { code: 'ODD', message: 'x\0\ud800 broke' } },
      [],
    );
    await on.store.finish(await on.claimed(other), completed, []);
    const ids = async (filter: object) =>
      (await on.store.list({ agent, ...filter }, 10)).map(({ jobId }) => jobId);
    const of = (...jobs: NewJob[]) => jobs.map(({ jobId }) => jobId);
    const inOrder = await ids({});
    expect(inOrder.toSorted()).toEqual(of(waiting, failed, other).toSorted());
    expect(await ids({ statuses: ['queued'] })).toEqual(of(waiting));
    expect(await ids({ statuses: ['failed', 'cancelled'] })).toEqual(of(failed));
    expect((await ids({ statuses: ['queued', 'completed'] })).toSorted()).toEqual(
      of(waiting, other).toSorted(),
    );
    expect(await ids({ statuses: [] })).toEqual([]);
    expect(await ids({ code: 'ODD' })).toEqual(of(failed));
    expect(await ids({ code: 'ODD', statuses: ['queued'] })).toEqual([]);
    expect(await ids({ text: 'pizza' })).toEqual(of(waiting));
    expect(await ids({ text: 'of-THE-second' })).toEqual(of(failed));
    expect(await ids({ text: 'BROKE' })).toEqual(of(failed));
    expect(await ids({ text: '100% sure_' })).toEqual(of(other));
    expect(await ids({ text: '100_' })).toEqual([]);
    expect(await ids({ text: failed.jobId.slice(3, 30) })).toEqual(of(failed));
    expect(await ids({ olderMs: 60_000 })).toEqual([]);
    expect(await ids({ youngerMs: 60_000 })).toEqual(inOrder);
    const [first] = await on.store.list({ agent }, 1);
    expect(first).not.toHaveProperty('result');
    const rest = await on.store.list({ agent }, 10, first?.jobId);
    expect([first?.jobId, ...rest.map(({ jobId }) => jobId)]).toEqual(inOrder);
    expect(await on.store.list({ agent }, 10, 'unknown')).toEqual([]);
    expect(await on.store.counts({ agent })).toEqual([
      { status: 'completed', code: undefined, jobs: 1 },
      { status: 'failed', code: 'ODD', jobs: 1 },
      { status: 'queued', code: undefined, jobs: 1 },
    ]);
    expect(await on.store.counts({ agent, text: 'pizza' })).toEqual([
      { status: 'queued', code: undefined, jobs: 1 },
    ]);
    await on.store.cancel(waiting.jobId, 0, error, []);
  });

  test('filters that differ in one of many are told apart', async () => {
    const job = newJob({ agent: randomUUID() });
    await on.store.park({ ...job, needs: ['nobody has this'] });
    const filter = { agent: job.agent, text: 'hello', olderMs: 0, youngerMs: 60_000 };
    const found = async (after?: string) => (await on.store.list(filter, 10, after)).length;
    await until('it is older than now', async () => (await found()) === 1);
    expect(await found(job.jobId)).toBe(0);
    await on.store.cancel(job.jobId, 0, error, []);
  });
}
