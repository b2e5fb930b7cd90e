import { expect, test } from 'vitest';
import { until } from '../../engine/until.ts';
import { newJob } from '../new-job.ts';
import { LEASE_MS, message, completed, again, drained, error } from './tried-store.ts';
import type { TriedStore } from './tried-store.ts';

/** How an attempt and a job end, and how long that is kept. */
export function ends(on: TriedStore): void {
  test('the end and its outbox messages are recorded together, and once', async () => {
    const job = newJob();
    const lease = await on.claimed(job);
    const sent = message();
    expect(await on.store.finish(lease, completed, [sent])).toBe(true);
    // The answer may have been lost on its way: asking again is no second end.
    expect(await on.store.finish(lease, completed, [sent])).toBe(true);
    const record = await on.store.read(job.jobId);
    expect(record).toMatchObject({ status: 'completed', attempts: 1, result: completed.result });
    expect(record?.finishedAt).toBeDefined();
    expect(await on.store.claim(job, 'me', LEASE_MS)).toEqual({ kind: 'finished' });
    expect(await on.store.finished([job.jobId, 'unknown'])).toEqual([job.jobId]);
  });

  test('a job given back waits for its time; an attempt that was drained does not count', async () => {
    const job = newJob();
    expect(await on.store.release(await on.claimed(job), drained)).toBe(true);
    const next = await until('the job is due', async () => {
      const claim = await on.store.claim(job, 'me', LEASE_MS);
      return claim.kind === 'claimed' ? claim : undefined;
    });
    expect(next.attempt).toBe(1);
    expect(await on.store.release(next.lease, { ...again, delayMs: 60_000, error })).toBe(true);
    const claim = await on.store.claim(job, 'me', LEASE_MS);
    expect(claim).toHaveProperty(
      'waitMs',
      expect.toSatisfy((ms: number) => ms > 30_000),
    );
    expect(await on.store.read(job.jobId)).toMatchObject({ status: 'queued', attempts: 1, error });
  });

  test('finished jobs expire by age and are removed; others are not', async () => {
    const old = newJob();
    await on.store.finish(await on.claimed(old), completed, []);
    const running = newJob();
    await on.claimed(running);
    await until('the job is old', async () => (await on.store.expired(1, 1_000)).includes(old.jobId));
    expect(await on.store.expired(3_600_000, 1_000)).not.toContain(old.jobId);
    await on.store.remove([old.jobId, running.jobId]);
    expect(await on.store.read(old.jobId)).toBeUndefined();
    expect(await on.statusOf(running.jobId)).toBe('running');
  });

  test('it is healthy', async () => {
    await expect(on.store.check()).resolves.toBeUndefined();
  });
}
