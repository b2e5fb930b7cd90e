import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobStore, NewJob, Taker } from '../../worker/job-store.ts';
import type { StoreUnderTest } from './job-store.ts';
import { newJob } from './new-job.ts';

const completed = { status: 'completed', result: {} } as const;

/** What every job store does with jobs that go on with one thread. */
export function threadJobsContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`jobs of a thread: ${name}`, () => {
    let tested: StoreUnderTest;
    let store: JobStore;
    let needs: string;
    beforeAll(async () => {
      tested = await open();
      store = tested.store;
    });
    afterAll(() => tested.close());

    function job(thread?: string, jobId: string = randomUUID()): NewJob {
      return newJob({ jobId, needs: [needs], ...(thread !== undefined && { thread }) });
    }
    const taker = (): Taker => ({ owner: 'me', leaseMs: 30_000, blocked: [], alone: true });
    const take = async () => (await store.takeDue(taker())).job?.claim.lease;

    test('they run one after the other, in the order in which they came', async () => {
      needs = randomUUID();
      const thread = randomUUID();
      const [first, second] = [job(thread), job(thread)];
      expect(await store.park(first)).toBe('accepted');
      expect(await store.park(second)).toBe('accepted');
      const lease = await take();
      expect(lease?.jobId).toBe(first.jobId);
      expect(await take(), 'the second waits for the first').toBeUndefined();
      if (lease) await store.finish(lease, completed, []);
      const next = await take();
      expect(next?.jobId).toBe(second.jobId);
      if (next) await store.finish(next, completed, []);
    });

    test('a job that fails for now keeps its turn', async () => {
      const thread = randomUUID();
      const [first, second] = [job(thread), job(thread)];
      await store.park(first);
      await store.park(second);
      const lease = await take();
      if (lease) {
        const how = { delayMs: 60_000, counts: 'time', waitsHere: true, error: undefined } as const;
        await store.release(lease, how);
      }
      expect(await take()).toBeUndefined();
      await store.cancel(first.jobId, lease?.token ?? 0, { code: 'CANCELLED', message: 'x' }, []);
      const next = await take();
      expect(next?.jobId).toBe(second.jobId);
      if (next) await store.finish(next, completed, []);
    });

    test('one that asks says so until a later one of its thread has come', async () => {
      const first = job();
      const asking = { status: 'completed', result: { status: 'interrupted' } } as const;
      const asks = async (jobId: string) => [
        (await store.read(jobId))?.asks,
        (await store.list({ text: jobId }, 1))[0]?.asks,
      ];
      await store.park(first);
      expect(await asks(first.jobId)).toEqual([false, false]);
      const lease = await take();
      if (lease) await store.finish(lease, asking, []);
      expect(await asks(first.jobId)).toEqual([true, true]);
      const second = job(first.jobId);
      await store.park(second);
      expect(await asks(first.jobId), 'it is being answered').toEqual([false, false]);
      const next = await take();
      if (next) await store.finish(next, asking, []);
      expect([await asks(first.jobId), await asks(second.jobId)]).toEqual([
        [false, false],
        [true, true],
      ]);
    });

    test('one that goes on with another job waits until that is through', async () => {
      const first = job();
      const claim = await store.claim(first, 'me', 30_000);
      const second = job(first.jobId);
      await store.park(second);
      expect(await take()).toBeUndefined();
      if (claim.kind === 'claimed') await store.finish(claim.lease, completed, []);
      const next = await take();
      expect(next?.jobId).toBe(second.jobId);
      if (next) await store.finish(next, completed, []);
    });

    test('one that came over HTTP is taken once its message has come, or is lost', async () => {
      const one = job(randomUUID());
      const message = { id: randomUUID(), subject: 'a', headers: {}, body: new Uint8Array() };
      expect(await store.accept(one, message)).toBe('accepted');
      expect(await store.accept(one, message)).toBe('known');
      expect(await take()).toBeUndefined();
      expect(await store.park(one)).toBe('known');
      const lease = await take();
      expect(lease?.jobId).toBe(one.jobId);
      if (lease) await store.finish(lease, completed, []);
    });

    test('another job under the same id is a conflict', async () => {
      const one = job(randomUUID());
      await store.park(one);
      expect(await store.park({ ...one, payloadHash: 'other' })).toBe('conflict');
      const lease = await take();
      if (lease) await store.finish(lease, completed, []);
    });
  });
}
