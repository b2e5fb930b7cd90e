import { expect, test } from 'vitest';
import { until } from '../../engine/until.ts';
import { newJob } from '../new-job.ts';
import { LEASE_MS, message, completed, error, again } from './tried-store.ts';
import type { TriedStore } from './tried-store.ts';

/** Messages on their way out. */
export function outbox(on: TriedStore): void {
  test('an accepted job is known by its payload, and its outbox message is written once', async () => {
    const job = newJob();
    const call = message();
    expect(await on.store.accept(job, call)).toBe('accepted');
    expect(await on.store.accept(job, call)).toBe('known');
    expect(await on.store.accept({ ...job, payloadHash: 'h-2' }, call)).toBe('conflict');
    expect((await on.store.claim(job, 'me', LEASE_MS)).kind).toBe('claimed');
  });

  test('an outbox message is its writer’s first, then is taken by one sweep at a time until it is sent', async () => {
    const job = newJob();
    const sent = message();
    await on.store.finish(await on.claimed(job), completed, [sent]);
    expect(await on.unsent([sent.id])).toEqual([]);
    const lost = newJob();
    await on.store.accept(lost, message());
    const before = await on.store.outbox();
    expect(before.pending).toBeGreaterThan(0);
    await on.store.sent([sent.id]);
    expect((await on.store.outbox()).pending).toBe(before.pending - 1);
  });

  test('last events are those of the lease that the job has when it ends', async () => {
    const job = newJob();
    const first = await on.claimed(job);
    await on.store.release(first, { ...again, delayMs: 60_000, waitsHere: true });
    const closing = { ...message(), subject: job.jobId, token: 0 };
    expect(await on.store.cancel(job.jobId, first.token, error, [closing])).toBe('cancelled');
    const sent = await until(
      'the turn of its writer is over',
      async () => (await on.unsent([closing.id]))[0],
      { seconds: 10 },
    );
    expect(sent.token).toBe(first.token);
  });
}
