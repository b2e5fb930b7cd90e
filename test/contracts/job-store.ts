import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OutboxMessage } from '../../worker/ports.ts';
import type { DueJob, JobStore, Lease, NewJob, Release, Taker } from '../../worker/job-store.ts';
import { until } from '../engine/until.ts';

/** A store to try, and how to be rid of it. */
export interface StoreUnderTest {
  readonly store: JobStore;
  close(): Promise<void>;
}

const LEASE_MS = 30_000;

function newJob(more: Partial<NewJob> = {}): NewJob {
  const jobId = randomUUID();
  return {
    jobId,
    traceId: 't-1',
    traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
    payloadHash: 'h-1',
    request: `{"job_id":"${jobId}"}`,
    needs: ['openai'],
    ...more,
  };
}

function message(id: string = randomUUID()): OutboxMessage {
  return { id, subject: 'a.b', headers: { 'X-One': 'ä' }, body: new TextEncoder().encode(`body of ${id}`) };
}

const completed = { status: 'completed', result: { output: 'done', nul: '\u0000' } } as const;
const again: Release = { delayMs: 0, counts: 'attempt', waitsHere: false, error: undefined };
const drained: Release = { ...again, counts: 'nothing' };
const error = { code: 'TOOL_FAILED', message: 'it broke' };

/** What every job store does, whatever it is made of. */
export function jobStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`job store: ${name}`, () => {
    let tested: StoreUnderTest;
    let store: JobStore;
    beforeAll(async () => {
      tested = await open();
      store = tested.store;
    });
    afterAll(() => tested.close());

    async function claimed(job: NewJob, leaseMs = LEASE_MS): Promise<Lease> {
      const claim = await store.claim(job, 'me', leaseMs);
      if (claim.kind !== 'claimed') throw new Error(`expected a claim, got ${claim.kind}`);
      return claim.lease;
    }
    const statusOf = async (jobId: string) => (await store.read(jobId))?.status;
    /** Letters that are due, those of other tests left out. */
    const unsent = async (ids: readonly string[]) =>
      (await store.takeUnsent(1_000, 0)).filter(({ id }) => ids.includes(id));

    test('a job that nobody knows is claimed with the first token and attempt', async () => {
      const job = newJob();
      expect(await store.claim(job, 'me', LEASE_MS)).toEqual({
        kind: 'claimed',
        lease: { jobId: job.jobId, token: 1 },
        attempt: 1,
        trouble: { failures: 0, crashes: 0, awayMs: 0 },
        cancelRequested: false,
        lastError: undefined,
      });
      expect(await statusOf(job.jobId)).toBe('running');
    });

    test('twenty claims of one job at the same time: one gets it, the others are told to wait', async () => {
      const job = newJob();
      const claims = await Promise.all(Array.from({ length: 20 }, () => store.claim(job, 'me', LEASE_MS)));
      expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
      expect(claims.filter(({ kind }) => kind === 'held')).toHaveLength(19);
    });

    test('a held job says for how long', async () => {
      const job = newJob();
      await claimed(job);
      const claim = await store.claim(job, 'other', LEASE_MS);
      expect(claim.kind).toBe('held');
      expect(claim).toHaveProperty(
        'waitMs',
        expect.toSatisfy((ms: number) => ms > 0 && ms <= LEASE_MS),
      );
    });

    test('another payload under the same id is a conflict, before and after the end', async () => {
      const job = newJob();
      const lease = await claimed(job);
      const other = { ...job, payloadHash: 'h-2' };
      expect(await store.claim(other, 'me', LEASE_MS)).toEqual({ kind: 'conflict' });
      await store.finish(lease, completed, []);
      expect(await store.claim(other, 'me', LEASE_MS)).toEqual({ kind: 'conflict' });
    });

    test('a lease that ran out goes to the next worker with a higher token', async () => {
      const job = newJob();
      const first = await claimed(job, 1);
      const second = await until('the lease runs out', async () => {
        const claim = await store.claim(job, 'other', LEASE_MS);
        return claim.kind === 'claimed' ? claim : undefined;
      });
      expect(second.lease.token).toBeGreaterThan(first.token);
      expect(second.attempt).toBe(2);
    });

    test('the old holder can neither renew, nor give back, nor finish', async () => {
      const job = newJob();
      const old = await claimed(job, 1);
      await until('the lease runs out', async () => {
        return (await store.claim(job, 'other', LEASE_MS)).kind === 'claimed';
      });
      expect(await store.renew([old], LEASE_MS)).toEqual([
        { ...old, held: false, renewed: false, cancelRequested: false },
      ]);
      expect(await store.release(old, again)).toBe(false);
      const late = message();
      expect(await store.finish(old, completed, [late])).toBe(false);
      expect(await statusOf(job.jobId)).toBe('running');
      expect(await unsent([late.id])).toEqual([]);
    });

    test('a renewed lease is not given away', async () => {
      const job = newJob();
      const lease = await claimed(job, 5_000);
      expect(await store.renew([lease], LEASE_MS)).toEqual([
        { ...lease, held: true, renewed: true, cancelRequested: false },
      ]);
      const claim = await store.claim(job, 'other', LEASE_MS);
      expect(claim).toHaveProperty(
        'waitMs',
        expect.toSatisfy((ms: number) => ms > 5_000),
      );
    });

    test('the end and its outbox messages are recorded together, and once', async () => {
      const job = newJob();
      const lease = await claimed(job);
      const sent = message();
      expect(await store.finish(lease, completed, [sent])).toBe(true);
      // The answer may have been lost on its way: asking again is no second end.
      expect(await store.finish(lease, completed, [sent])).toBe(true);
      const record = await store.read(job.jobId);
      expect(record).toMatchObject({ status: 'completed', attempts: 1, result: completed.result });
      expect(record?.finishedAt).toBeDefined();
      expect(await store.claim(job, 'me', LEASE_MS)).toEqual({ kind: 'finished' });
      expect(await store.finished([job.jobId, 'unknown'])).toEqual([job.jobId]);
    });

    test('a job given back waits for its time; an attempt that was drained does not count', async () => {
      const job = newJob();
      expect(await store.release(await claimed(job), drained)).toBe(true);
      const next = await until('the job is due', async () => {
        const claim = await store.claim(job, 'me', LEASE_MS);
        return claim.kind === 'claimed' ? claim : undefined;
      });
      expect(next.attempt).toBe(1);
      expect(await store.release(next.lease, { ...again, delayMs: 60_000, error })).toBe(true);
      const claim = await store.claim(job, 'me', LEASE_MS);
      expect(claim).toHaveProperty(
        'waitMs',
        expect.toSatisfy((ms: number) => ms > 30_000),
      );
      expect(await store.read(job.jobId)).toMatchObject({ status: 'queued', attempts: 1, error });
    });

    test('an accepted job is known by its payload, and its outbox message is written once', async () => {
      const job = newJob();
      const call = message();
      expect(await store.accept(job, call)).toBe('accepted');
      expect(await store.accept(job, call)).toBe('known');
      expect(await store.accept({ ...job, payloadHash: 'h-2' }, call)).toBe('conflict');
      expect((await store.claim(job, 'me', LEASE_MS)).kind).toBe('claimed');
    });

    test('cancelling: a job that waits ends with its messages, one that runs is marked, one that ended stays', async () => {
      const waiting = newJob();
      await store.accept(waiting, message());
      expect(await store.cancel(waiting.jobId, error, [message()])).toBe('cancelled');
      expect(await store.read(waiting.jobId)).toMatchObject({ status: 'cancelled', error });
      const running = newJob();
      const lease = await claimed(running);
      expect(await store.cancel(running.jobId, error, [message()])).toBe('requested');
      expect(await store.renew([lease], LEASE_MS)).toEqual([
        { ...lease, held: true, renewed: true, cancelRequested: true },
      ]);
      await store.finish(lease, completed, []);
      expect(await store.cancel(running.jobId, error, [])).toBe('finished');
      expect(await store.cancel('unknown', error, [])).toBe('unknown');
    });

    test('a cancelled job that lost its worker is still cancelled for the next one', async () => {
      const job = newJob();
      await store.release(await claimed(job), again);
      const lease = await until('the job is due', async () => {
        const claim = await store.claim(job, 'me', 1);
        return claim.kind === 'claimed' ? claim.lease : undefined;
      });
      await store.cancel(lease.jobId, error, []);
      const next = await until('the lease runs out', async () => {
        const claim = await store.claim(job, 'other', LEASE_MS);
        return claim.kind === 'claimed' ? claim : undefined;
      });
      expect(next.cancelRequested).toBe(true);
    });

    test('a message that is no job leaves its outbox message; a job of its id is failed unless there is one', async () => {
      const job = newJob();
      const failed = { job, error, messages: [message()] };
      expect(await store.reject([message()], failed)).toBe(true);
      expect(await store.read(job.jobId)).toMatchObject({ status: 'failed', error });
      const known = newJob();
      await claimed(known);
      expect(await store.reject([message()], { job: known, error, messages: [message()] })).toBe(false);
      expect(await store.reject([message()])).toBe(false);
      expect(await statusOf(known.jobId)).toBe('running');
    });

    test('an outbox message is its writer’s first, then is taken by one sweep at a time until it is sent', async () => {
      const job = newJob();
      const sent = message();
      await store.finish(await claimed(job), completed, [sent]);
      expect(await unsent([sent.id])).toEqual([]);
      const lost = newJob();
      await store.accept(lost, message());
      const before = await store.outbox();
      expect(before.pending).toBeGreaterThan(0);
      await store.sent([sent.id]);
      expect((await store.outbox()).pending).toBe(before.pending - 1);
    });

    const taker: Taker = { owner: 'me', leaseMs: LEASE_MS, blocked: [], alone: false };
    /** Takes what is due until this job comes; those of other tests are given back for later. */
    async function taken(jobId: string, more: Partial<Taker> = {}): Promise<DueJob | undefined> {
      for (;;) {
        const { job } = await store.takeDue({ ...taker, ...more });
        if (!job || job.claim.lease.jobId === jobId) return job;
        await store.release(job.claim.lease, { ...drained, waitsHere: true, delayMs: 600_000 });
      }
    }

    test('a job given back waits in the store, and is taken from there with its event when it is due', async () => {
      const job = newJob();
      await store.release(await claimed(job), { ...again, waitsHere: true, error });
      const due = await until('it is due', () => taken(job.jobId));
      expect(due).toMatchObject({
        request: job.request,
        claim: { attempt: 2, trouble: { failures: 1, crashes: 0, awayMs: 0 }, lastError: error },
      });
      await store.release(due.claim.lease, { ...again, waitsHere: true, delayMs: 60_000 });
      expect(await taken(job.jobId)).toBeUndefined();
      expect((await store.takeDue(taker)).nextMs).toBeGreaterThan(0);
      expect(await store.claim(job, 'me', LEASE_MS)).toMatchObject({ kind: 'held', waitsHere: true });
    });

    test('what costs time is measured from the first time, and counts no failure', async () => {
      const job = newJob();
      await store.release(await claimed(job), { ...again, counts: 'time', waitsHere: true });
      const due = await until('some time has passed', async () => {
        const found = await taken(job.jobId);
        if (!found || found.claim.trouble.awayMs > 0) return found;
        await store.release(found.claim.lease, { ...again, counts: 'time', waitsHere: true });
        return undefined;
      });
      expect(due.claim.trouble).toMatchObject({ failures: 0, crashes: 0 });
    });

    test('a job that is parked is new, and waits here; one of its id with another payload is a conflict', async () => {
      const job = newJob();
      expect(await store.park(job)).toBe('accepted');
      expect(await store.park(job)).toBe('known');
      expect(await store.park({ ...job, payloadHash: 'h-2' })).toBe('conflict');
      expect((await until('it is due', () => taken(job.jobId))).claim.attempt).toBe(1);
    });

    test('a worker is not given what it cannot do', async () => {
      const job = newJob({ needs: ['openai', 'mcp:search'] });
      await store.park(job);
      expect(await taken(job.jobId, { blocked: ['mcp:search'] })).toBeUndefined();
      expect(await until('it is due', () => taken(job.jobId, { blocked: ['mcp:other'] }))).toBeDefined();
    });

    test('twenty workers that ask at the same time get twenty jobs, each another', async () => {
      const jobs = Array.from({ length: 20 }, () => newJob());
      for (const job of jobs) await store.park(job);
      const answers = await Promise.all(jobs.map(() => store.takeDue(taker)));
      const ids = answers.flatMap(({ job }) => (job ? [job.claim.lease.jobId] : []));
      expect(new Set(ids).size).toBe(ids.length);
      for (const { job } of answers) if (job) await store.finish(job.claim.lease, completed, []);
      for (const { jobId } of jobs) {
        const left = await taken(jobId);
        if (left) await store.finish(left.claim.lease, completed, []);
      }
      for (const { jobId } of jobs) expect(await statusOf(jobId)).toBe('completed');
    });

    test('a job whose workers were gone twice in the middle of it is a suspect, and goes to one that has no other', async () => {
      const job = newJob();
      await claimed(job, 1);
      const second = await until('the lease runs out', async () => {
        const claim = await store.claim(job, 'other', 1);
        return claim.kind === 'claimed' ? claim : undefined;
      });
      expect(second.trouble.crashes).toBe(1);
      await until('it is suspected', async () => (await store.claim(job, 'x', 1)).kind === 'suspect');
      expect(await store.park(job)).toBe('known');
      expect(await taken(job.jobId)).toBeUndefined();
      expect((await store.takeDue(taker)).suspects).toBe(true);
      const alone = await until('it is due', () => taken(job.jobId, { alone: true }));
      expect(alone.claim.trouble.crashes).toBe(2);
    });

    test('a job without worker and message waits here from now on', async () => {
      const job = newJob();
      await claimed(job, 1);
      await until('the job is lost', async () => (await store.adopt(1, false, 100)).includes(job.jobId));
      expect((await until('it is due', () => taken(job.jobId))).request).toBe(job.request);
    });

    test('a job that nobody has touched is only taken up when asked to', async () => {
      const job = newJob();
      await store.accept(job, message());
      expect(await store.adopt(0, false, 100)).not.toContain(job.jobId);
      await until('it is taken up', async () => (await store.adopt(1, true, 100)).includes(job.jobId));
    });

    test('a running job is never taken up', async () => {
      const job = newJob();
      await claimed(job);
      expect(await store.adopt(1, true, 100)).not.toContain(job.jobId);
    });

    test('last events are those of the lease that the job has when it ends', async () => {
      const job = newJob();
      const first = await claimed(job);
      await store.release(first, { ...again, delayMs: 60_000, waitsHere: true });
      const closing = { ...message(), subject: job.jobId, token: 0 };
      expect(await store.cancel(job.jobId, error, [closing])).toBe('cancelled');
      const sent = await until(
        'the turn of its writer is over',
        async () => (await unsent([closing.id]))[0],
        { seconds: 10 },
      );
      expect(sent.token).toBe(first.token);
    });

    test('finished jobs expire by age and are removed; others are not', async () => {
      const old = newJob();
      await store.finish(await claimed(old), completed, []);
      const running = newJob();
      await claimed(running);
      await until('the job is old', async () => (await store.expired(1, 1_000)).includes(old.jobId));
      expect(await store.expired(3_600_000, 1_000)).not.toContain(old.jobId);
      await store.remove([old.jobId, running.jobId]);
      expect(await store.read(old.jobId)).toBeUndefined();
      expect(await statusOf(running.jobId)).toBe('running');
    });

    test('it is healthy', async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}
