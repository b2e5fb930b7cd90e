import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OutboxMessage } from '../../worker/ports.ts';
import type { DueJob, JobStore, Lease, NewJob, Rejection, Release, Taker } from '../../worker/job-store.ts';
import { until } from '../engine/until.ts';
import { newJob } from './new-job.ts';

/** A store to try, and how to be rid of it. */
export interface StoreUnderTest {
  readonly store: JobStore;
  close(): Promise<void>;
}

const LEASE_MS = 30_000;

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
      expect(await store.cancel(waiting.jobId, 0, error, [message()])).toBe('cancelled');
      expect(await store.read(waiting.jobId)).toMatchObject({ status: 'cancelled', error });
      const running = newJob();
      const lease = await claimed(running);
      expect(await store.cancel(running.jobId, 1, error, [message()])).toBe('requested');
      expect(await store.renew([lease], LEASE_MS)).toEqual([
        { ...lease, held: true, renewed: true, cancelRequested: true },
      ]);
      await store.finish(lease, completed, []);
      expect(await store.cancel(running.jobId, 1, error, [])).toBe('finished');
      expect(await store.cancel('unknown', 0, error, [])).toBe('unknown');
    });

    test('a cancelled job that lost its worker is still cancelled for the next one', async () => {
      const job = newJob();
      await store.release(await claimed(job), again);
      const lease = await until('the job is due', async () => {
        const claim = await store.claim(job, 'me', 1);
        return claim.kind === 'claimed' ? claim.lease : undefined;
      });
      await store.cancel(lease.jobId, lease.token, error, []);
      const next = await until('the lease runs out', async () => {
        const claim = await store.claim(job, 'other', LEASE_MS);
        return claim.kind === 'claimed' ? claim : undefined;
      });
      expect(next.cancelRequested).toBe(true);
    });

    const rejection = (job: NewJob | undefined): Rejection => ({
      letter: message(),
      failed: job && { job: { ...job, request: '' }, error, messages: [message()] },
      refusal: message(),
    });
    const idsOf = ({ letter, failed, refusal }: Rejection) => ({
      letter: letter.id,
      told: failed?.messages[0]?.id ?? '',
      refusal: refusal.id,
    });
    /** Which of the messages of a rejection are kept. */
    async function kept(one: Rejection): Promise<string[]> {
      const names = Object.entries(idsOf(one));
      const found = await until(
        'the turn of their writer is over',
        async () => {
          const ids = (await unsent(names.map(([, id]) => id))).map(({ id }) => id);
          return ids.length > 0 ? ids : undefined;
        },
        { seconds: 10 },
      );
      return names.flatMap(([name, id]) => (found.includes(id) ? [name] : []));
    }

    test('a message that is no job leaves a letter; the job that it names is failed unless there is one of that id', async () => {
      const known = newJob();
      await claimed(known);
      const [named, taken, nameless] = [rejection(newJob()), rejection(known), rejection(undefined)];
      expect(await store.reject(named)).toBe('failed');
      expect(
        await store.reject({
          ...taken,
          failed: taken.failed && { ...taken.failed, job: { ...known, payloadHash: 'malformed' } },
        }),
      ).toBe('refused');
      expect(await store.reject(nameless)).toBe('refused');
      expect(await store.read(named.failed?.job.jobId ?? '')).toMatchObject({ status: 'failed', error });
      expect(await statusOf(known.jobId)).toBe('running');
      expect(await kept(named)).toEqual(['letter', 'told']);
      expect(await kept(taken)).toEqual(['letter', 'refusal']);
      expect(await kept(nameless)).toEqual(['letter', 'refusal']);
    });

    test('a message that is rejected again says nothing again', async () => {
      const job = newJob();
      expect(await store.reject(rejection(job))).toBe('failed');
      const again = rejection(job);
      expect(await store.reject(again)).toBe('known');
      const { pending } = await store.outbox();
      expect(await store.reject(again)).toBe('known');
      expect((await store.outbox()).pending).toBe(pending);
    });

    test.each(['accept', 'park'] as const)(
      'a job takes the place of a malformed one of its id: %s',
      async (way) => {
        const job = newJob();
        await store.reject(rejection({ ...job, payloadHash: 'malformed' }));
        const answer = way === 'accept' ? store.accept(job, message()) : store.park(job);
        expect(await answer).toBe('accepted');
        expect(await store.read(job.jobId)).toMatchObject({ error: undefined, finishedAt: undefined });
        expect((await until('it is due', () => taken(job.jobId))).request).toBe(job.request);
        expect(await store.park({ ...job, payloadHash: 'h-2' })).toBe('conflict');
      },
    );

    test('a job that is claimed takes the place of a malformed one of its id', async () => {
      const job = newJob();
      await store.reject(rejection({ ...job, payloadHash: 'malformed' }));
      expect(await store.claim(job, 'me', LEASE_MS)).toMatchObject({
        kind: 'claimed',
        lease: { token: 2 },
        lastError: undefined,
      });
    });

    test('a job that failed waits here again when it is retried, forgiven, with a token of its own', async () => {
      const job = newJob();
      const lease = await claimed(job);
      expect(await store.retry(job.jobId)).toBe('unfinished');
      await store.finish(lease, { status: 'failed', error }, []);
      expect(await store.retry(job.jobId)).toBe('retried');
      expect(await store.read(job.jobId)).toMatchObject({
        status: 'queued',
        token: 2,
        error,
        finishedAt: undefined,
      });
      expect(await store.retry(job.jobId)).toBe('unfinished');
      expect(await store.finish(lease, completed, [])).toBe(false);
      const due = await until('it is due', () => taken(job.jobId));
      expect(due.claim).toMatchObject({
        lease: { token: 3 },
        attempt: 2,
        trouble: { failures: 0, crashes: 0, awayMs: 0 },
        cancelRequested: false,
        lastError: error,
      });
      await store.finish(due.claim.lease, completed, []);
      expect(await store.retry(job.jobId)).toBe('completed');
    });

    test('a cancelled job is retried; what never was a job is not, and one that is unknown is not', async () => {
      const job = newJob();
      await store.park(job);
      expect(await store.cancel(job.jobId, 7, error, [])).toBe('changed');
      expect(await store.cancel(job.jobId, 0, error, [])).toBe('cancelled');
      expect(await store.retry(job.jobId)).toBe('retried');
      expect(await until('it is due', () => taken(job.jobId))).toMatchObject({
        claim: { cancelRequested: false },
      });
      const malformed = newJob();
      await store.reject(rejection(malformed));
      expect(await store.retry(malformed.jobId)).toBe('malformed');
      expect(await store.retry('unknown')).toBe('unknown');
    });

    test('jobs are listed by status, code, agent, age and text, the newest first, and counted alike', async () => {
      const agent = randomUUID();
      const [waiting, failed, other] = [
        newJob({ agent, about: 'Order a PIZZA.' }),
        newJob({ agent, traceId: 'trace-of-the-second' }),
        newJob({ agent, about: '100% sure_' }),
      ];
      await store.park({ ...waiting, needs: ['nobody has this'] });
      await store.finish(
        await claimed(failed),
        { status: 'failed', error: { code: 'ODD', message: 'x\0\ud800 broke' } },
        [],
      );
      await store.finish(await claimed(other), completed, []);
      const ids = async (filter: object) =>
        (await store.list({ agent, ...filter }, 10)).map(({ jobId }) => jobId);
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
      const [first] = await store.list({ agent }, 1);
      expect(first).not.toHaveProperty('result');
      const rest = await store.list({ agent }, 10, first?.jobId);
      expect([first?.jobId, ...rest.map(({ jobId }) => jobId)]).toEqual(inOrder);
      expect(await store.list({ agent }, 10, 'unknown')).toEqual([]);
      expect(await store.counts({ agent })).toEqual([
        { status: 'completed', code: undefined, jobs: 1 },
        { status: 'failed', code: 'ODD', jobs: 1 },
        { status: 'queued', code: undefined, jobs: 1 },
      ]);
      expect(await store.counts({ agent, text: 'pizza' })).toEqual([
        { status: 'queued', code: undefined, jobs: 1 },
      ]);
      await store.cancel(waiting.jobId, 0, error, []);
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
      await until('the job is lost', async () => (await store.adopt(1, 0, 100)).includes(job.jobId));
      expect((await until('it is due', () => taken(job.jobId))).request).toBe(job.request);
    });

    test('a job that nobody has touched is only taken up when asked to', async () => {
      const job = newJob();
      await store.accept(job, message());
      expect(await store.adopt(0, 0, 100)).not.toContain(job.jobId);
      await until('it is taken up', async () => (await store.adopt(1, Infinity, 100)).includes(job.jobId));
    });

    test('a job whose message waits is noted once, and is older than its row', async () => {
      const [job, known, other] = [newJob(), newJob(), newJob()];
      await claimed(known);
      await claimed(other);
      const source = randomUUID();
      const noted = [{ ...job }, known, { ...other, payloadHash: 'h-2' }].map((one) => ({
        ...one,
        publishedAt: 1_000,
      }));
      expect(await store.beginNoting(source, 60_000)).toBe(0);
      expect(await store.beginNoting(source, 60_000)).toBeUndefined();
      expect(await store.note(source, 7, noted)).toEqual([other.jobId]);
      expect(await store.beginNoting(source, 60_000)).toBe(7);
      expect(await store.read(job.jobId)).toMatchObject({
        status: 'queued',
        attempts: 0,
        about: job.about,
        createdAt: new Date(1_000).toISOString(),
      });
      expect(await statusOf(known.jobId)).toBe('running');
      expect(await store.cancel(job.jobId, 0, error, [])).toBe('cancelled');
      expect(await store.claim(job, 'me', LEASE_MS)).toEqual({ kind: 'finished' });
    });

    test('a noted job that nobody has touched is taken up once it is older than every message that waits', async () => {
      const job = newJob();
      await store.note(randomUUID(), 1, [{ ...job, publishedAt: 5_000 }]);
      expect(await store.adopt(0, 5_000, 100)).not.toContain(job.jobId);
      await until('it is taken up', async () => (await store.adopt(1, 5_001, 100)).includes(job.jobId));
    });

    test('a running job is never taken up', async () => {
      const job = newJob();
      await claimed(job);
      expect(await store.adopt(1, Infinity, 100)).not.toContain(job.jobId);
    });

    test('last events are those of the lease that the job has when it ends', async () => {
      const job = newJob();
      const first = await claimed(job);
      await store.release(first, { ...again, delayMs: 60_000, waitsHere: true });
      const closing = { ...message(), subject: job.jobId, token: 0 };
      expect(await store.cancel(job.jobId, first.token, error, [closing])).toBe('cancelled');
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
