import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { until } from '../../engine/until.ts';
import type { NewJob } from '../../../worker/job-store.ts';
import { newJob } from '../new-job.ts';
import { LEASE_MS, message, completed, again } from './tried-store.ts';
import type { TriedStore } from './tried-store.ts';

/** One worker at a time has a job: leases and their tokens. */
export function leases(on: TriedStore): void {
  test('a job that nobody knows is claimed with the first token and attempt', async () => {
    const job = newJob();
    expect(await on.store.claim(job, 'me', LEASE_MS)).toEqual({
      kind: 'claimed',
      lease: { jobId: job.jobId, token: 1 },
      attempt: 1,
      trouble: { failures: 0, crashes: 0, awayMs: 0 },
      cancelRequested: false,
      lastError: undefined,
    });
    expect(await on.statusOf(job.jobId)).toBe('running');
  });

  test.each(['message', 'store'] as const)(
    'a claim says whose the job is, when it is taken from a %s',
    async (way) => {
      const [own, nobodys] = [newJob({ tenant: 'shop' }), newJob()];
      const tenantOf = async (job: NewJob): Promise<string | undefined> => {
        await (way === 'message' ? on.store.accept(job, message()) : on.store.park(job));
        if (way === 'store') return (await until('it is due', () => on.taken(job.jobId))).claim.tenant;
        const claim = await on.store.claim(job, 'me', LEASE_MS);
        return claim.kind === 'claimed' ? claim.tenant : claim.kind;
      };
      expect(await tenantOf(own)).toBe('shop');
      expect(await tenantOf(nobodys)).toBeUndefined();
    },
  );

  test("a job on a thread of a tenant is the tenant's, whoever asks for it", async () => {
    const thread = randomUUID();
    const [first, second, noted] = [
      newJob({ thread, tenant: 'shop' }),
      newJob({ thread }),
      newJob({ thread }),
    ];
    for (const job of [first, second, noted]) {
      if (job === noted) await on.store.note(randomUUID(), 1, [{ ...noted, publishedAt: Date.now() }]);
      await on.store.park(job);
      const taken = await until('it is its turn', () => on.taken(job.jobId));
      expect(taken.claim.tenant).toBe('shop');
      await on.store.finish(taken.claim.lease, completed, []);
    }
  });

  test('twenty claims of one job at the same time: one gets it, the others are told to wait', async () => {
    const job = newJob();
    const claims = await Promise.all(Array.from({ length: 20 }, () => on.store.claim(job, 'me', LEASE_MS)));
    expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
    expect(claims.filter(({ kind }) => kind === 'held')).toHaveLength(19);
  });

  test('a held job says for how long', async () => {
    const job = newJob();
    await on.claimed(job);
    const claim = await on.store.claim(job, 'other', LEASE_MS);
    expect(claim.kind).toBe('held');
    expect(claim).toHaveProperty(
      'waitMs',
      expect.toSatisfy((ms: number) => ms > 0 && ms <= LEASE_MS),
    );
  });

  test('another payload under the same id is a conflict, before and after the end', async () => {
    const job = newJob();
    const lease = await on.claimed(job);
    const other = { ...job, payloadHash: 'h-2' };
    expect(await on.store.claim(other, 'me', LEASE_MS)).toEqual({ kind: 'conflict' });
    await on.store.finish(lease, completed, []);
    expect(await on.store.claim(other, 'me', LEASE_MS)).toEqual({ kind: 'conflict' });
  });

  test('a lease that ran out goes to the next worker with a higher token', async () => {
    const job = newJob();
    const first = await on.claimed(job, 1);
    const second = await until('the lease runs out', async () => {
      const claim = await on.store.claim(job, 'other', LEASE_MS);
      return claim.kind === 'claimed' ? claim : undefined;
    });
    expect(second.lease.token).toBeGreaterThan(first.token);
    expect(second.attempt).toBe(2);
  });

  test('the old holder can neither renew, nor give back, nor finish', async () => {
    const job = newJob();
    const old = await on.claimed(job, 1);
    await until('the lease runs out', async () => {
      return (await on.store.claim(job, 'other', LEASE_MS)).kind === 'claimed';
    });
    expect(await on.store.renew([old], LEASE_MS)).toEqual([
      { ...old, held: false, renewed: false, cancelRequested: false },
    ]);
    expect(await on.store.release(old, again)).toBe(false);
    const late = message();
    expect(await on.store.finish(old, completed, [late])).toBe(false);
    expect(await on.statusOf(job.jobId)).toBe('running');
    expect(await on.unsent([late.id])).toEqual([]);
  });

  test('a renewed lease is not given away', async () => {
    const job = newJob();
    const lease = await on.claimed(job, 5_000);
    expect(await on.store.renew([lease], LEASE_MS)).toEqual([
      { ...lease, held: true, renewed: true, cancelRequested: false },
    ]);
    const claim = await on.store.claim(job, 'other', LEASE_MS);
    expect(claim).toHaveProperty(
      'waitMs',
      expect.toSatisfy((ms: number) => ms > 5_000),
    );
  });
}
